"""The registry as a static site: pages, charts, feed, badges and an index for programs.

What the registry holds goes in, files come out; the same registry gives the same bytes. Nothing
here reads the clock, the environment or the network. Every text of the registry passes through
``jinja2``'s or ``markupsafe``'s escaping; the pages' Content-Security-Policy allows no inline
script and no inline style, so that what slipped through would still do nothing.
"""

"""The front end for agents: the verbs as tools of the Model Context Protocol, over stdio."""

"""Repositories that a registry must refuse, and some that it must take.

``case`` says what a case is, ``base`` is the valid registry under all of them, the topics hold the
cases. Nothing here is random and nothing asks the clock: keys come from words, dates are fixed.
"""

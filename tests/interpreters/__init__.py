"""Each CI system as far as our generated files use it: which jobs run when, in which order, with which variables.

An interpreter refuses a word that it does not know, so that a file cannot mean more than is tried.
"""

"""How well a rubric's scores agree with published ones, and prices fitted to those.

Only `fit` needs numerical libraries, which are in the `fit` extra; measuring agreement needs none.
"""

"""How well a rubric's scores agree with published ones, and prices fitted to those.

Floor 7, beside `grade`, whose `judge` it calls. Only `fit` needs numerical libraries, which stand
in the `fit` extra; measuring agreement needs none.
"""

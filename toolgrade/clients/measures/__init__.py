"""What clients limit: a closed set of measures. Which client limits what, and how far, is data in
rubrics/clients.toml; nothing here knows a client's name.

A public generator of one of these modules is a measure. It is asked with a limit's value and yields
where a tool, or for those that take a `Whole` the server, exceeds it and what to do there. No
measure trusts the type of a value: a definition may hold any JSON in any place.
"""

"""The version of toolgrade, at the bottom so that every module may name it."""

VERSION = "0.1.0"

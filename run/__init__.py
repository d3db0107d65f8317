"""Runs everything on one machine: embedded servers, processes, progress."""

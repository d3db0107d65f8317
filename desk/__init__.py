"""Where staff sit: agents, editors, supervisors (aiohttp)."""

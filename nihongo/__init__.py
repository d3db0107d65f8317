"""Japanese as data: normalise, mask, readings for speech, SMS segments, numbers. Knows none of the other rooms."""

"""What we know: articles, one a file; checking them; releases."""

"""The chat widget: JavaScript modules without a build step, and the one file that pages load."""

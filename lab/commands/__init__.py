"""The commands of the lab, one module each; ``dev.cli`` finds them automatically."""

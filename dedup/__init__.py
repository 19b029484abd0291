"""wiretwin's library: find copies of wire stories. The public names, nothing else."""

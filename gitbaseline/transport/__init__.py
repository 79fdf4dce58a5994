"""Every process that git-baseline starts: git itself, the measured command, nvidia-smi."""

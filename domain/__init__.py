"""What a notification means: rules only, no clock, no disk, no network."""

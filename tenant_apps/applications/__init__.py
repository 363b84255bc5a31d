"""The worker's side: applying, following the progress, seeing the own file."""

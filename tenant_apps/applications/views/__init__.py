"""Pages of the worker's side: those below ``public/`` for everybody, and the station's inbox."""

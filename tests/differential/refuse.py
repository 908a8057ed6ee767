def write(*_): raise SystemExit("todo")

"""What the running system tells: traces of every run, drift, quality, cost, and the pages that show them."""

"""Can you find out why one prediction was wrong?"""

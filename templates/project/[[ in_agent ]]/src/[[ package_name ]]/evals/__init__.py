"""The evals: cases are run through the agent in a sandbox, graded, and held against limits and the live release."""

"""The agent: its prompt, its tools, the model behind it, and one question answered."""

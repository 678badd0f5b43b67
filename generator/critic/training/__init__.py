"""How the shipped critic was trained: `python -m generator.critic.training --out FOLDER`."""

"""Selvage for agents: tools over the Model Context Protocol. The SDK is imported nowhere else."""

"""The service under /v1. FastAPI is imported nowhere else."""

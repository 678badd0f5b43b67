"""The whole story on real components: from a brief to a settled invoice, told in `report.html`."""

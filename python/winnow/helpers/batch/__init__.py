"""Batches: see winnow.helpers.batch.records."""

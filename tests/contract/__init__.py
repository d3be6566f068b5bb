"""What the schema promises, held against what the site answers: schemathesis, and two generated clients."""

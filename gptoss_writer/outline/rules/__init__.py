"""The linter's rules: one function each, none of them knows a model or an engine."""

"""The outline: values, and the two file forms they are read from."""

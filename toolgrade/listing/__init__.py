"""The wire's shape: a tools/list result, leniently read into servers and tools."""

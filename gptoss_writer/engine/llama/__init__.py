"""gpt-oss through llama.cpp, in process. The only place that imports `llama_cpp`."""

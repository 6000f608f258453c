"""The live stream: what changed, to whoever looks, each change encoded once."""

"""The router process: FastAGI, manager connection, HTTP and the follower, wired and run in one loop."""

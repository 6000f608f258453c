"""AMI: lazy sans-I/O reader, protocol with reconnect, actions, members signed in and out."""

"""What a call that waits for the network does when nobody says how long: a table, and how it is applied."""

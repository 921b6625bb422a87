"""The sample client: a CRM export with every fault known, and the program that writes it."""

"""What tests share: made-up logs, a model folder of logs, the oracle, the program's surface."""

-- title: The method is GET
-- about: A condition on a hit: only GET requests are page views. `store.method` gives GET the id 1.
method_id = 1

-- title: The migrations of a store
-- about: The versions of the schema that a store has had, and the names of their files. They are few, and the newest is
-- about: not looked for here, because this runs each time that the store is opened.
-- reads: store.migration
SELECT version, name FROM store.migration

-- title: Dates of publication
-- about: title.published is when an article was published, NULL where no file of titles says it.
ALTER TABLE store.title ADD COLUMN published TIMESTAMP;

ALTER TABLE store.former_site ALTER COLUMN titles SET DATA TYPE
    STRUCT(url VARCHAR, title VARCHAR, given BIGINT, published TIMESTAMP)[]
    USING list_transform(
        titles,
        lambda title: struct_pack(
            url := title.url, title := title.title, given := title.given, published := CAST(NULL AS TIMESTAMP)
        )
    );

ALTER TABLE store.former_site ALTER COLUMN replaced_titles SET DATA TYPE
    STRUCT(url VARCHAR, title VARCHAR, given BIGINT, published TIMESTAMP)[]
    USING list_transform(
        replaced_titles,
        lambda title: struct_pack(
            url := title.url, title := title.title, given := title.given, published := CAST(NULL AS TIMESTAMP)
        )
    );

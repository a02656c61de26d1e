/* Fuzzes the native reader: a log is read in pieces and in parts, its tables are exported, and each accepted line is
   compared with what is between its quotes.

   Built with libFuzzer where clang has it; with -DWITHOUT_LIBFUZZER the program changes its seeds at random itself:
   `native_lines -max_total_time=30 FOLDER`. */
#define WITHOUT_PYTHON
#define FIRST_ROWS 8
#define BATCH_ROWS 3
#include "../../logstats/native/_lines.c"

#include <stdio.h>

#define REQUIRE(condition)                                                       \
    do {                                                                         \
        if (!(condition)) {                                                      \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                             \
        }                                                                        \
    } while (0)

static int is_required(int condition) {
    REQUIRE(condition);
    return 1;
}

static const Layout LAYOUTS[] = {
    {NO_VHOST, 1, NOTHING_BEHIND},        {NO_VHOST, 1, MORE_BEHIND},
    {NO_VHOST, 0, NOTHING_BEHIND},        {NO_VHOST, 0, MORE_BEHIND},
    {VHOST_WITH_PORT, 1, NOTHING_BEHIND}, {VHOST_BEFORE_PORT, 1, MAYBE_BEHIND},
    {VHOST_BEFORE_PORT, 0, MAYBE_BEHIND},
};

/* The parts that were taken: a code is in the table of an earlier one, or of the last. */
enum { MOST_PARTS = 1 << 14 };
typedef struct {
    int parts;
    Table *tables[MOST_PARTS][TABLES];
} Parts;

static Parts parts_of_log;

static int is_text_at(const Column *column, int64_t row, const char *p, int64_t n) {
    const int32_t *offsets = column->offsets;
    return offsets[row + 1] - offsets[row] == n && memcmp((const char *)column->data + offsets[row], p, n) == 0;
}

/* Whether the text of a code is this one, in the only table that has it. */
static int is_text(int kind, int32_t code, const char *p, int64_t n) {
    int found = 0, is_equal = 0;
    for (int part = 0; part < parts_of_log.parts; part++) {
        const Table *texts = parts_of_log.tables[part][kind];
        int64_t row = texts->rows ? code - ((const int32_t *)texts->column[0].data)[0] : -1;
        if (row < 0 || row >= texts->rows) continue;
        REQUIRE(((const int32_t *)texts->column[0].data)[row] == code);
        int column = strcmp(texts->column[1].name, "text") == 0 ? 1 : 2;
        is_equal = is_text_at(&texts->column[column], row, p, n);
        found++;
    }
    REQUIRE(found == 1);
    return is_equal;
}

/* A dash is an empty referrer or agent. */
static int is_field(int kind, int32_t code, const char *start, const char *end) {
    return is_text(kind, code, start, end - start == 1 && *start == '-' ? 0 : end - start);
}

static void check_accepted(const Layout *layout, Table **tables, int64_t row, const char *line, const char *end) {
    const Column *column = tables[ROWS_TABLE]->column;
    const int32_t *codes[VHOST];
    for (int i = 0; i < VHOST; i++) codes[i] = column[1 + CODES + i].data;
    const char *quote[6] = {0}, *p = line;
    for (int i = 0; i < (layout->has_agent ? 6 : 2); i++) {
        quote[i] = memchr(p, '"', end - p);
        REQUIRE(quote[i]);
        p = quote[i] + 1;
    }
    REQUIRE(!memchr(line, '\\', end - line) && !memchr(line, '\0', end - line) && !memchr(line, '\t', end - line));
    REQUIRE(is_text(REQUEST_TABLE, codes[REQUEST][row], quote[0] + 1, quote[1] - quote[0] - 1));
    if (layout->has_agent) {
        REQUIRE(is_field(REFERRER_TABLE, codes[REFERRER][row], quote[2] + 1, quote[3]));
        REQUIRE(is_field(AGENT_TABLE, codes[AGENT][row], quote[4] + 1, quote[5]));
    }
    int16_t status = ((const int16_t *)column[1 + STATUS].data)[row];
    REQUIRE(status == atoi(quote[1] + 2));
    REQUIRE(((const int64_t *)column[1 + BYTES].data)[row] == (quote[1][6] == '-' ? 0 : atoll(quote[1] + 6)));
    const char *client = layout->vhost == NO_VHOST ? line : (const char *)memchr(line, ' ', end - line) + 1;
    const int32_t *offsets = column[0].offsets;
    int64_t length = offsets[row + 1] - offsets[row], number = ((const int64_t *)column[1 + CLIENT_NUMBER].data)[row];
    REQUIRE(client[length] == ' ' && memcmp((const char *)column[0].data + offsets[row], client, length) == 0);
    if (number < 0) REQUIRE(is_text_at(&tables[CLIENT_TABLE]->column[1], -1 - number, client, length));
}

/* Read a table as a consumer of Arrow streams does, all of its bytes. */
static void check_export(Table *table) {
    struct ArrowArrayStream *stream = stream_new(table);
    struct ArrowSchema schema;
    struct ArrowArray array, moved;
    int64_t rows = 0;
    REQUIRE(stream && stream->get_schema(stream, &schema) == 0 && schema.n_children == table->columns);
    schema.release(&schema);
    while (is_required(stream->get_next(stream, &array) == 0) && array.release) {
        REQUIRE(array.n_children == table->columns && array.length > 0 && array.length <= BATCH_ROWS);
        for (int i = 0; i < table->columns; i++)
            REQUIRE(array.children[i]->length == array.length && array.children[i]->offset == rows);
        rows += array.length;
        moved = *array.children[0]; /* a child may live longer than its parent */
        array.children[0]->release = NULL;
        array.release(&array);
        if (moved.n_buffers == 3) {
            const int32_t *offsets = moved.buffers[1];
            for (int64_t i = moved.offset; i < moved.offset + moved.length; i++) REQUIRE(offsets[i] <= offsets[i + 1]);
        }
        moved.release(&moved);
    }
    REQUIRE(rows == table->rows);
    stream->release(stream);
    free(stream);
}

/* Take what was read, of which the first line begins at `lines + begin`; return where the last one ends. */
static int64_t check_part(Reader *reader, const char *lines, int64_t begin) {
    REQUIRE(parts_of_log.parts < MOST_PARTS);
    Table **tables = parts_of_log.tables[parts_of_log.parts++];
    char *odd = malloc((size_t)reader->odd_size + 1), *next = odd;
    if (reader->odd_size) memcpy(odd, reader->odd, (size_t)reader->odd_size);
    REQUIRE(reader_take(reader, tables));
    const Column *column = tables[ROWS_TABLE]->column, *clients = &tables[CLIENT_TABLE]->column[1];
    const int64_t first = begin, texts = tables[CLIENT_TABLE]->rows;
    if (texts) REQUIRE(!table_set_clients(tables[ROWS_TABLE], clients->data, clients->offsets, texts - 1));
    if (begin & 1) REQUIRE(table_set_clients(tables[ROWS_TABLE], clients->data, clients->offsets, texts));
    for (int64_t row = 0; row < tables[ROWS_TABLE]->rows; row++) {
        const char *line = lines + begin, *end = line;
        while (*end != '\n') end++;
        REQUIRE(((const int32_t *)column[1 + START].data)[row] == begin - first);
        REQUIRE(((const int32_t *)column[1 + LINE].data)[row] == row);
        if (((const uint8_t *)column[1 + IS_ODD].data)[row]) {
            REQUIRE(memcmp(next, line, end + 1 - line) == 0);
            next += end + 1 - line;
        } else {
            check_accepted(&reader->layout, tables, row, line, end);
        }
        begin += end + 1 - line;
    }
    free(odd);
    for (int i = 0; i < TABLES; i++) check_export(tables[i]);
    return begin;
}

/* Compare the contents of lines with those that are found byte by byte. */
static void check_contents(const char *lines, int64_t length, int64_t longest) {
    Contents found = contents_of(lines, length, longest), slow = {.is_ascii = 1};
    int64_t start = 0;
    for (int64_t i = 0; i < length; i++) {
        slow.is_ascii &= lines[i] >= 0;
        slow.has_controls |= memchr("\0\1\2", lines[i], 3) != NULL;
        slow.has_returns |= lines[i] == '\r';
        slow.has_backslashes |= lines[i] == '\\';
        slow.has_marks |= lines[i] == '#';
        slow.is_overlong |= lines[i] != '\n' && i + 1 - start >= longest;
        slow.lines += lines[i] == '\n';
        if (lines[i] == '\n') start = i + 1;
    }
    REQUIRE(found.lines == slow.lines && found.is_ascii == slow.is_ascii && found.has_controls == slow.has_controls);
    REQUIRE(found.has_returns == slow.has_returns && found.has_backslashes == slow.has_backslashes);
    REQUIRE(found.has_marks == slow.has_marks && found.is_overlong == slow.is_overlong);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) return 0;
    Reader reader = {
        .layout = LAYOUTS[data[0] % (sizeof LAYOUTS / sizeof *LAYOUTS)],
        .seed = data[0] & 64 ? 0 : 0x9e3779b97f4a7c15u,
        .most_texts = data[0] & 128 ? BATCH + 2 : 300000,
        .most_bytes = data[1] & 128 ? 100 : 64 << 20,
    };
    int64_t length = (int64_t)size - 2, piece = 1 + (data[1] & 127) * 40, offset = 0, checked = 0;
    char *lines = malloc((size_t)length); /* of exactly that size, so that a read beyond it is noticed */
    memcpy(lines, data + 2, (size_t)length);
    check_contents(lines, length, 1 + (data[1] & 127));
    while (offset < length) {
        int64_t end = offset + piece < length ? offset + piece : length;
        int64_t fed = reader_feed(&reader, lines + offset, end - offset);
        REQUIRE(fed >= 0 && fed <= end - offset && (fed == 0 || lines[offset + fed - 1] == '\n'));
        offset += fed;
        if (fed && data[1] & 64) { /* a part that is not full */
            checked = check_part(&reader, lines, checked);
            REQUIRE(checked == offset);
        }
        if (fed) continue;
        if (reader.rows && reader_is_full(&reader)) {
            checked = check_part(&reader, lines, checked);
            REQUIRE(checked == offset);
        } else if (end == length) {
            break;
        } else {
            piece *= 2;
        }
    }
    REQUIRE(!memchr(lines + offset, '\n', (size_t)(length - offset)));
    REQUIRE(check_part(&reader, lines, checked) == offset);
    reader_clear(&reader);
    for (; parts_of_log.parts; parts_of_log.parts--)
        for (int i = 0; i < TABLES; i++) table_drop(parts_of_log.tables[parts_of_log.parts - 1][i]);
    free(lines);
    return 0;
}

#ifdef WITHOUT_LIBFUZZER
#include <dirent.h>
#include <time.h>

enum { MOST_SEEDS = 64, LONGEST_SEED = 1 << 14 };

static uint32_t chance(uint32_t below) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static void splice(uint8_t *data, size_t *size, const uint8_t *seed, size_t seed_size) {
    static const char *const splinters[] = {"\"", "\\", " ", "-", "\n", "\t", "\r", "[", "]", ":", "0", "9", "\xc3",
                                            "\xe1\xba\xa1", "\xff", "192.0.2.1", " - - [", "\" \"", "\n\n"};
    size_t start = chance((uint32_t)*size + 1), cut = chance(3) ? chance(4) : chance(40);
    const uint8_t *text = (const uint8_t *)splinters[chance(sizeof splinters / sizeof *splinters)];
    size_t added = strlen((const char *)text);
    if (chance(8) == 0) {
        added = chance((uint32_t)seed_size) + 1;
        text = seed + chance((uint32_t)(seed_size - added) + 1);
    }
    if (cut > *size - start) cut = *size - start;
    if (*size - cut + added > 4 * LONGEST_SEED) return;
    memmove(data + start + added, data + start + cut, *size - start - cut);
    memcpy(data + start, text, added);
    *size += added - cut;
}

int main(int count, char **arguments) {
    static uint8_t seeds[MOST_SEEDS][LONGEST_SEED], data[4 * LONGEST_SEED];
    size_t sizes[MOST_SEEDS], read = 0;
    REQUIRE(count == 3 && strncmp(arguments[1], "-max_total_time=", 16) == 0);
    time_t until = time(NULL) + atoi(arguments[1] + 16);
    DIR *folder = opendir(arguments[2]);
    REQUIRE(folder);
    for (struct dirent *entry; read < MOST_SEEDS && (entry = readdir(folder));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", arguments[2], entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!file) continue;
        sizes[read] = fread(seeds[read], 1, LONGEST_SEED, file);
        if (sizes[read]) read++;
        fclose(file);
    }
    closedir(folder);
    REQUIRE(read);
    long inputs = 0;
    for (; time(NULL) < until; inputs++) {
        size_t seed = chance((uint32_t)read), size = sizes[seed];
        memcpy(data, seeds[seed], size);
        for (uint32_t edits = chance(6); edits; edits--) splice(data, &size, seeds[seed], sizes[seed]);
        if (size > 2 && chance(2)) data[0] = (uint8_t)chance(256), data[1] = (uint8_t)chance(256);
        LLVMFuzzerTestOneInput(data, size);
    }
    fprintf(stderr, "stat::number_of_executed_units: %ld\n", inputs);
    return 0;
}
#endif

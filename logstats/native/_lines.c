/* Cuts, types and dictionary-encodes the usual lines of an access log.

   A Reader is fed with whole lines. A line that is written as servers usually write one becomes a row of numbers and
   of codes of its texts; each other line is handed back as it is, for the statements that define what fits a format.
   A text keeps its code from part to part, and is in the tables of the first one only, until its dictionary is full.
   Where this file accepts a line, these statements accept it with the same values: tests compare the two. So a rule
   here may be narrower than the rule in SQL, never wider.

   `contents` finds what a log's lines contain that needs care, before they are read.

   The tables are exported through Arrow's C stream interface. Python's limited API of 3.11 is enough. */
#ifndef WITHOUT_PYTHON
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#endif
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- Arrow's C data interface: https://arrow.apache.org/docs/format/CDataInterface.html */

#define ARROW_FLAG_NULLABLE 2
struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};
struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

/* ---- blocks: memory for one use, kept for the next one, because fresh pages take a quarter of the time of reading */

enum { ROW_BLOCK, CLIENT_BLOCK, BLOCKS };
enum { KEPT_BLOCK = 40 << 20 }; /* bytes: a larger one is freed */

typedef struct {
    size_t size; /* of the data, which begins in the next 16 bytes */
    size_t unused;
} Block;

static Block *kept_blocks[BLOCKS]; /* tables are dropped by any thread */

static char *block_data(Block *block) { return (char *)(block + 1); }

/* Return a block of at least that size. */
static Block *block_new(int use, size_t size) {
    Block *kept = __atomic_exchange_n(&kept_blocks[use], NULL, __ATOMIC_SEQ_CST);
    if (kept && kept->size >= size) return kept;
    free(kept);
    Block *block = malloc(sizeof *block + size);
    if (block) block->size = size;
    return block;
}

static void block_drop(int use, Block *block) {
    if (block && block->size <= KEPT_BLOCK) block = __atomic_exchange_n(&kept_blocks[use], block, __ATOMIC_SEQ_CST);
    free(block);
}

static void blocks_free(void) {
    for (int use = 0; use < BLOCKS; use++) free(__atomic_exchange_n(&kept_blocks[use], NULL, __ATOMIC_SEQ_CST));
}

/* ---- a table: columns over buffers and blocks that it owns */

enum { MAX_COLUMNS = 16, MAX_OWNED = 8 };
#ifndef BATCH_ROWS
#define BATCH_ROWS 122880 /* of a stream's arrays, so that two threads can read a table: DuckDB stores groups of so many */
#endif

typedef struct {
    const char *name, *format;
    const void *data;       /* values, or the bytes of texts */
    const int32_t *offsets; /* of texts */
} Column;

typedef struct {
    long references;
    int64_t rows;
    int columns, owned;
    Column column[MAX_COLUMNS];
    void *buffer[MAX_OWNED];
    Block *block[BLOCKS];
} Table;

static Table *table_new(int64_t rows) {
    Table *table = calloc(1, sizeof *table);
    if (table) {
        table->references = 1;
        table->rows = rows;
    }
    return table;
}

static Table *table_share(Table *table) {
    __atomic_add_fetch(&table->references, 1, __ATOMIC_SEQ_CST);
    return table;
}

static void table_drop(Table *table) {
    if (__atomic_sub_fetch(&table->references, 1, __ATOMIC_SEQ_CST) == 0) {
        for (int i = 0; i < table->owned; i++) free(table->buffer[i]);
        for (int use = 0; use < BLOCKS; use++) block_drop(use, table->block[use]);
        free(table);
    }
}

static void *table_own(Table *table, void *buffer) { return table->buffer[table->owned++] = buffer; }

static void table_add(Table *table, Column column) { table->column[table->columns++] = column; }

static void schema_release(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    schema->release = NULL;
}

static void schema_fill(const Column *column, struct ArrowSchema *schema) {
    memset(schema, 0, sizeof *schema);
    schema->format = column->format;
    schema->name = column->name;
    schema->flags = ARROW_FLAG_NULLABLE;
    schema->release = schema_release;
}

static void array_release(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    free(array->children);
    free(array->buffers);
    table_drop(array->private_data);
    array->release = NULL;
}

/* Fill an array with rows of a column, or of all of them together. */
static int array_fill(Table *table, const Column *column, int64_t offset, int64_t rows, struct ArrowArray *array) {
    memset(array, 0, sizeof *array);
    array->length = rows;
    array->offset = column ? offset : 0;
    array->n_buffers = !column ? 1 : column->offsets ? 3 : 2;
    array->private_data = table_share(table);
    array->release = array_release;
    array->buffers = calloc(3, sizeof(void *));
    if (!array->buffers) return 0;
    if (!column) return 1;
    array->buffers[1] = column->offsets ? (const void *)column->offsets : column->data;
    if (column->offsets) array->buffers[2] = column->data;
    return 1;
}

typedef struct {
    Table *table;
    int64_t offset; /* of the next array's rows */
} Cursor;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema) {
    static const Column all = {.name = "", .format = "+s"};
    Table *table = ((Cursor *)stream->private_data)->table;
    schema_fill(&all, schema);
    schema->children = calloc(MAX_COLUMNS, sizeof(void *));
    for (int i = 0; schema->children && i < table->columns; i++) {
        schema->children[i] = malloc(sizeof *schema);
        if (!schema->children[i]) break;
        schema_fill(&table->column[i], schema->children[i]);
        schema->n_children++;
    }
    if (schema->n_children == table->columns) return 0;
    schema_release(schema);
    return ENOMEM;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *array) {
    Cursor *cursor = stream->private_data;
    Table *table = cursor->table;
    memset(array, 0, sizeof *array);
    int64_t offset = cursor->offset, rows = table->rows - offset < BATCH_ROWS ? table->rows - offset : BATCH_ROWS;
    if (rows == 0) return 0;
    cursor->offset += rows;
    int is_right = array_fill(table, NULL, offset, rows, array);
    array->children = calloc(MAX_COLUMNS, sizeof(void *));
    for (int i = 0; is_right && array->children && i < table->columns; i++) {
        array->children[i] = calloc(1, sizeof *array);
        if (!array->children[i]) break;
        array->n_children++;
        is_right = array_fill(table, &table->column[i], offset, rows, array->children[i]);
    }
    if (is_right && array->n_children == table->columns) return 0;
    array_release(array);
    return ENOMEM;
}

static const char *stream_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "out of memory";
}

static void stream_release(struct ArrowArrayStream *stream) {
    Cursor *cursor = stream->private_data;
    table_drop(cursor->table);
    free(cursor);
    stream->release = NULL;
}

static struct ArrowArrayStream *stream_new(Table *table) {
    struct ArrowArrayStream *stream = malloc(sizeof *stream);
    Cursor *cursor = malloc(sizeof *cursor);
    if (!stream || !cursor) {
        free(stream);
        free(cursor);
        return NULL;
    }
    *cursor = (Cursor){table_share(table), 0};
    *stream = (struct ArrowArrayStream){stream_schema, stream_next, stream_error, stream_release, cursor};
    return stream;
}

/* ---- a dictionary: each text once, by its hash and then its bytes; the seed is random, so that nobody can write a
   log whose texts collide */

typedef struct {
    uint64_t *slots; /* the upper half of the hash, and the number of the text plus one; 0 where there is none */
    uint32_t mask, texts, room;
    uint32_t old;       /* texts that are in the tables of earlier parts */
    int64_t first_code; /* of text 0: a dictionary that begins anew goes on with the codes */
    int32_t *offsets;   /* a text ends where the next one begins */
    char *data;
    int64_t data_room;
} Dictionary;

static inline uint64_t mixed(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (a & 0xffffffffu) * (b & 0xffffffffu), high = (a >> 32) * (b >> 32);
    uint64_t cross = (a >> 32) * (b & 0xffffffffu) ^ (a & 0xffffffffu) * (b >> 32);
    return low ^ high ^ (cross << 32 | cross >> 32);
#endif
}

static inline uint64_t bytes8(const char *p) {
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline uint64_t bytes4(const char *p) {
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* as wyhash, which is in the public domain */
static inline uint64_t hash(const char *p, size_t n, uint64_t seed) {
    const uint64_t k0 = 0xa0761d6478bd642full, k1 = 0xe7037ed1a0b428dbull;
    uint64_t a = 0, b = 0, h = seed ^ n;
    if (n > 16) {
        for (; n > 16; n -= 16, p += 16) h = mixed(bytes8(p) ^ k0, bytes8(p + 8) ^ h);
        a = bytes8(p + n - 16);
        b = bytes8(p + n - 8);
    } else if (n >= 8) {
        a = bytes8(p);
        b = bytes8(p + n - 8);
    } else if (n >= 4) {
        a = bytes4(p);
        b = bytes4(p + n - 4);
    } else if (n) {
        a = (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[n >> 1] << 8 | (uint8_t)p[n - 1];
    }
    return mixed(k1 ^ seed, mixed(a ^ k1, b ^ h));
}

/* Forget the texts, whose memory is somebody else's or freed; later ones get other codes. */
static void dictionary_forget(Dictionary *d) {
    free(d->slots);
    *d = (Dictionary){.first_code = d->first_code + d->texts};
}

static int dictionary_start(Dictionary *d) {
    enum { SLOTS = 4096, BYTES = 1 << 16 };
    *d = (Dictionary){.mask = SLOTS - 1, .room = SLOTS / 2, .data_room = BYTES, .first_code = d->first_code};
    d->slots = calloc(SLOTS, sizeof *d->slots);
    d->offsets = calloc(SLOTS / 2 + 1, sizeof *d->offsets);
    d->data = malloc(BYTES);
    return d->slots && d->offsets && d->data;
}

static inline uint32_t dictionary_length(const Dictionary *d, uint32_t number) {
    return (uint32_t)(d->offsets[number + 1] - d->offsets[number]);
}

static int dictionary_grow(Dictionary *d, uint64_t seed) {
    uint32_t size = (d->mask + 1) * 2;
    uint64_t *slots = calloc(size, sizeof *slots);
    int32_t *offsets = realloc(d->offsets, (size / 2 + 1) * sizeof *offsets);
    if (offsets) d->offsets = offsets;
    if (!slots || !offsets) {
        free(slots);
        return 0;
    }
    for (uint32_t number = 0; number < d->texts; number++) {
        uint64_t h = hash(d->data + offsets[number], dictionary_length(d, number), seed);
        uint32_t slot = h & (size - 1);
        while (slots[slot]) slot = (slot + 1) & (size - 1);
        slots[slot] = (h >> 32 << 32) | (number + 1);
    }
    free(d->slots);
    d->slots = slots;
    d->mask = size - 1;
    d->room = size / 2;
    return 1;
}

static inline int dictionary_is(const Dictionary *d, uint32_t number, const char *p, uint32_t n) {
    return dictionary_length(d, number) == n && memcmp(d->data + d->offsets[number], p, n) == 0;
}

static int dictionary_number(Dictionary *d, const char *p, uint32_t n, uint64_t h, uint64_t seed, uint32_t *number) {
    uint32_t slot = h & d->mask;
    for (uint64_t value; (value = d->slots[slot]); slot = (slot + 1) & d->mask) {
        if (value >> 32 == h >> 32 && dictionary_is(d, (uint32_t)value - 1, p, n)) {
            *number = (uint32_t)value - 1;
            return 1;
        }
    }
    if (d->texts == d->room) {
        if (!dictionary_grow(d, seed)) return 0;
        for (slot = h & d->mask; d->slots[slot]; slot = (slot + 1) & d->mask) continue;
    }
    int64_t start = d->offsets[d->texts];
    if (start + n > d->data_room) {
        int64_t room = (start + n) * 2;
        char *data = realloc(d->data, (size_t)room);
        if (!data) return 0;
        d->data = data;
        d->data_room = room;
    }
    memcpy(d->data + start, p, n);
    d->slots[slot] = (h >> 32 << 32) | (d->texts + 1);
    *number = d->texts++;
    d->offsets[d->texts] = (int32_t)(start + n);
    return 1;
}

/* ---- the reader */

/* The texts of a line, and where it names a host the pair of that and of its request: the numbers of both. */
enum { REQUEST, REFERRER, AGENT, VHOST, FIELD_TEXTS, CLIENT = FIELD_TEXTS, LINE_TEXTS, PAIR = LINE_TEXTS, DICTIONARIES };
enum { LOGGED_AT, BYTES, CLIENT_NUMBER, LINE, START, STATUS, IS_ODD, CODES, ROW_ARRAYS = CODES + VHOST };
static const size_t WIDTH[ROW_ARRAYS] = {8, 8, 8, 4, 4, 2, 1, 4, 4, 4};

enum { NO_VHOST, VHOST_WITH_PORT, VHOST_BEFORE_PORT }; /* what is in front of the client, and what of it is the host */
enum { NOTHING_BEHIND, MAYBE_BEHIND, MORE_BEHIND };    /* what stands behind the fields */

enum {
    USELESS_PART = 8,       /* of the most bytes of a dictionary, from which it may be useless */
    BATCH = 48,             /* lines whose texts are looked up together */
    LONGEST_LINE = 131068,  /* bytes, without the newline; as $longest of ingest/parse/line */
    LONGEST_CLIENT = 255,
    TIME_LENGTH = 28,       /* [23/Nov/2026:10:00:00 +0700] */
    MOST_ROWS = 1 << 22,    /* of a part, so that its offsets fit into 32 bits */
    MOST_FED = 1 << 30,     /* bytes of a part, for the same reason: a batch of lines may follow */
};

#ifndef FIRST_ROWS
#define FIRST_ROWS (3 << 18) /* for which there is room: a usual chunk's, 37 MB, of which only pages in use are memory */
#endif

typedef struct {
    int vhost, has_agent, rest;
} Layout;

typedef struct {
    Layout layout;
    uint64_t seed;
    int64_t most_texts, most_bytes;
    Dictionary dictionary[DICTIONARIES];
    int64_t pair_bytes, old_pair_bytes; /* of the texts of the pairs, and of those that are in earlier parts */
    Block *row_block;
    char *row[ROW_ARRAYS]; /* in the block */
    int64_t rows, row_room;
    char *odd;
    int64_t odd_size, odd_room, odd_lines;
    int64_t fed; /* bytes of the part */
    char minute[TIME_LENGTH]; /* the time that was parsed last, without its seconds */
    int64_t minute_at;
} Reader;

#define ROW(reader, type, array) ((type *)(void *)(reader)->row[array])

typedef struct {
    const char *text[BATCH];
    uint32_t length[BATCH];
    uint64_t hash[BATCH];
    uint8_t is_repeated[BATCH];
} Wanted;

typedef struct {
    int64_t row[BATCH];
    Wanted wanted[FIELD_TEXTS];
    int lines;
} Batch;

/* A line's texts, found before anything of it is stored. */
typedef struct {
    const char *text[LINE_TEXTS];
    uint32_t length[LINE_TEXTS];
    int64_t logged_at, bytes, client_number;
    int16_t status;
} Line;

static void reader_clear_rows(Reader *r) {
    block_drop(ROW_BLOCK, r->row_block);
    r->row_block = NULL;
    free(r->odd);
    r->odd = NULL;
    r->rows = r->row_room = r->odd_size = r->odd_room = r->odd_lines = r->fed = 0;
}

static void reader_clear(Reader *r) {
    for (int i = 0; i < DICTIONARIES; i++) {
        free(r->dictionary[i].offsets);
        free(r->dictionary[i].data);
        dictionary_forget(&r->dictionary[i]);
    }
    r->pair_bytes = r->old_pair_bytes = 0;
    reader_clear_rows(r);
}

/* Move the rows to a block with room for more. */
static int reader_move_rows(Reader *r) {
    size_t width = 0, offset = 0;
    for (int i = 0; i < ROW_ARRAYS; i++) width += WIDTH[i];
    Block *block = block_new(ROW_BLOCK, (size_t)(r->row_room ? r->row_room * 2 : FIRST_ROWS) * width);
    if (!block) return 0;
    size_t room = block->size / width / 8 * 8; /* so that each array is aligned */
    for (int i = 0; i < ROW_ARRAYS; i++) {
        char *array = block_data(block) + offset;
        if (r->rows) memcpy(array, r->row[i], (size_t)r->rows * WIDTH[i]);
        r->row[i] = array;
        offset += room * WIDTH[i];
    }
    free(r->row_block);
    r->row_block = block;
    r->row_room = (int64_t)room;
    return 1;
}

/* Make room for a row, and for texts in a new part. */
static int reader_reserve(Reader *r) {
    for (int i = 0; i < DICTIONARIES; i++)
        if (!r->dictionary[i].data && !dictionary_start(&r->dictionary[i])) return 0;
    return r->rows < r->row_room || reader_move_rows(r);
}

static inline int64_t dictionary_bytes(const Reader *r, int kind) {
    const Dictionary *d = &r->dictionary[kind];
    return kind == PAIR ? r->pair_bytes : d->offsets[d->texts];
}

/* Whether most lines of the part had a text that is new, and these are not short: the next ones will too, so that it is
   useless to keep the texts. */
static int dictionary_is_useless(const Reader *r, int kind) {
    const Dictionary *d = &r->dictionary[kind];
    int64_t added = dictionary_bytes(r, kind) - (kind == PAIR ? r->old_pair_bytes : d->offsets[d->old]);
    return added > r->most_bytes / USELESS_PART && 2 * (int64_t)(d->texts - d->old) > r->rows;
}

static int dictionary_is_full(const Reader *r, int kind) {
    return r->dictionary[kind].texts + BATCH > r->most_texts || dictionary_bytes(r, kind) >= r->most_bytes ||
           dictionary_is_useless(r, kind);
}

/* Whether the part has to be taken before another batch is read. */
static int reader_is_full(const Reader *r) {
    for (int i = 0; i < DICTIONARIES; i++)
        if (dictionary_is_full(r, i)) return 1;
    return r->rows + BATCH > MOST_ROWS || r->fed >= MOST_FED || r->odd_size >= r->most_bytes;
}

static int reader_add_odd(Reader *r, const char *line, int64_t n) {
    if (r->odd_size + n > r->odd_room) {
        int64_t room = (r->odd_size + n) * 2;
        char *odd = realloc(r->odd, (size_t)room);
        if (!odd) return 0;
        r->odd = odd;
        r->odd_room = room;
    }
    memcpy(r->odd + r->odd_size, line, (size_t)n);
    r->odd_size += n;
    r->odd_lines++;
    return 1;
}

/* ---- what lines contain that needs care before they are read */

typedef struct {
    int64_t lines;
    int is_ascii, has_controls, has_returns, has_backslashes, has_marks, is_overlong;
} Contents;

/* Find the contents of whole lines; one of `longest` bytes is overlong. */
static Contents contents_of(const char *p, int64_t size, int64_t longest) {
    Contents found = {.is_ascii = 1};
    const char *end = p + size, *start = p;
#ifdef __SSE2__
    const __m128i newline = _mm_set1_epi8('\n'), last_control = _mm_set1_epi8(2);
    __m128i high = _mm_setzero_si128(), controls = high, returns = high, backslashes = high, marks = high;
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        high = _mm_or_si128(high, bytes);
        controls = _mm_or_si128(controls, _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
        returns = _mm_or_si128(returns, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
        backslashes = _mm_or_si128(backslashes, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')));
        unsigned ends = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline));
        for (; ends; ends &= ends - 1) {
            const char *at = p + __builtin_ctz(ends);
            found.is_overlong |= at - start >= longest;
            found.lines++;
            start = at + 1;
        }
    }
    found.is_ascii = _mm_movemask_epi8(high) == 0;
    found.has_controls = _mm_movemask_epi8(controls) != 0;
    found.has_returns = _mm_movemask_epi8(returns) != 0;
    found.has_backslashes = _mm_movemask_epi8(backslashes) != 0;
    found.has_marks = _mm_movemask_epi8(marks) != 0;
#endif
    for (; p < end; p++) {
        uint8_t c = (uint8_t)*p;
        found.is_ascii &= c < 0x80;
        found.has_controls |= c <= 2;
        found.has_returns |= c == '\r';
        found.has_backslashes |= c == '\\';
        found.has_marks |= c == '#';
        if (c != '\n') continue;
        found.is_overlong |= p - start >= longest;
        found.lines++;
        start = p + 1;
    }
    found.is_overlong |= end - start >= longest;
    return found;
}

/* ---- the parts of a line */

static inline int is_digit(char c) { return (unsigned)(uint8_t)c - '0' <= 9; }

static inline int is_letter(char c) { return (unsigned)((uint8_t)c | 0x20) - 'a' <= 'z' - 'a'; }

static inline int is_word(char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_'; }

static inline int two_digits(const char *p) {
    return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

static int64_t days_since_1970(int year, int month, int day) {
    year -= month <= 2;
    int era = year / 400, of_era = year - era * 400; /* years are positive */
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int minute_of(const char *p, int64_t *minute_at) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (p[0] != '[' || p[3] != '/' || p[7] != '/' || p[12] != ':' || p[15] != ':' || p[18] != ':') return 0;
    if (p[21] != ' ' || (p[22] != '+' && p[22] != '-') || p[27] != ']') return 0;
    int day = two_digits(p + 1), century = two_digits(p + 8), year = two_digits(p + 10), month = 0;
    int hour = two_digits(p + 13), minute = two_digits(p + 16);
    int zone_hour = two_digits(p + 23), zone_minute = two_digits(p + 25);
    while (month < 12 && memcmp(months + 3 * month, p + 4, 3) != 0) month++;
    if (month++ == 12 || day < 1 || century < 11 || century > 98 || year < 0) return 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return 0;
    if (zone_hour < 0 || zone_hour > 14 || zone_minute < 0 || zone_minute > 59) return 0;
    year += century * 100;
    int is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days[month - 1] + (month == 2 && is_leap)) return 0;
    int offset = (zone_hour * 60 + zone_minute) * (p[22] == '-' ? -1 : 1);
    *minute_at = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset) * 60000000;
    return 1;
}

/* The microseconds since 1970 of a time; a time of the same minute as the one before is not parsed again. */
static inline int time_of(Reader *r, const char *p, int64_t *logged_at) {
    int second = two_digits(p + 19);
    if (second < 0 || second > 59) return 0;
    if (memcmp(p, r->minute, 19) != 0 || memcmp(p + 21, r->minute + 21, 7) != 0) {
        if (!minute_of(p, &r->minute_at)) return 0;
        memcpy(r->minute, p, TIME_LENGTH);
    }
    *logged_at = r->minute_at + second * (int64_t)1000000;
    return 1;
}

/* The number of an IPv4 address in its usual spelling, -1 for any other text. */
static inline int64_t ipv4_of(const char *p, const char *end) {
    int64_t number = 0;
    for (int part = 0; part < 4; part++) {
        const char *start = p;
        unsigned value = 0;
        while (p < end && p - start < 3 && is_digit(*p)) value = value * 10 + (unsigned)(*p++ - '0');
        if (p == start || value > 255 || (*start == '0' && p - start > 1)) return -1;
        number = number << 8 | value;
        if (part < 3 && (p == end || *p++ != '.')) return -1;
    }
    return p == end ? number : -1;
}

static int is_utf8(const char *text, int64_t n) {
    const uint8_t *p = (const uint8_t *)text, *end = p + n;
    while (p < end) {
        uint8_t c = *p++;
        if (c < 0x80) continue;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
        if (c < 0xc2 || c > 0xf4 || end - p < more) return 0;
        if ((c == 0xe0 && *p < 0xa0) || (c == 0xed && *p > 0x9f)) return 0;
        if ((c == 0xf0 && *p < 0x90) || (c == 0xf4 && *p > 0x8f)) return 0;
        for (; more; more--)
            if ((*p++ & 0xc0) != 0x80) return 0;
    }
    return 1;
}

typedef struct {
    const char *newline, *quote[6];
    int quotes, is_strange, is_high; /* a control character or a backslash, a byte that is not ASCII */
} Scanned;

/* Find the end of the line and its quotes; the lines end before `end` with a newline. */
static inline Scanned scan(const char *p, const char *end) {
    Scanned s = {.newline = end};
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), newline = _mm_set1_epi8('\n');
    const __m128i backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned ends = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline));
        unsigned quotes = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote));
        unsigned high = (unsigned)_mm_movemask_epi8(bytes);
        /* a high byte is less than a space too, because the comparison has signs */
        unsigned control = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(space, bytes)) & ~high;
        unsigned strange = control | (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash));
        unsigned mine = ends ? (ends & -ends) - 1 : 0xffff;
        for (quotes &= mine; quotes; quotes &= quotes - 1) {
            if (s.quotes < 6) s.quote[s.quotes] = p + __builtin_ctz(quotes);
            s.quotes++;
        }
        s.is_strange |= (strange & mine) != 0;
        s.is_high |= (high & mine) != 0;
        if (ends) {
            s.newline = p + __builtin_ctz(ends);
            return s;
        }
    }
#endif
    for (; p < end; p++) {
        uint8_t c = (uint8_t)*p;
        if (c == '\n') {
            s.newline = p;
            return s;
        }
        if (c == '"') {
            if (s.quotes < 6) s.quote[s.quotes] = p;
            s.quotes++;
        } else if (c < ' ' || c == '\\') {
            s.is_strange = 1;
        } else if (c >= 0x80) {
            s.is_high = 1;
        }
    }
    return s;
}

static inline void set_text(Line *line, int kind, const char *start, const char *end, int is_dash_empty) {
    int is_dash = is_dash_empty && end - start == 1 && *start == '-';
    line->text[kind] = start;
    line->length[kind] = is_dash ? 0 : (uint32_t)(end - start);
}

/* `host:443 ` in front of the client; return where the client begins. */
static const char *after_vhost(const Layout *layout, const char *p, const char *end, Line *line) {
    const char *start = p;
    while (p < end && is_word(*p)) p++;
    const char *colon = p;
    if (p == start || p == end || *p++ != ':') return NULL;
    while (p < end && is_digit(*p)) p++;
    if (p == colon + 1 || p == end || *p != ' ') return NULL;
    set_text(line, VHOST, start, layout->vhost == VHOST_WITH_PORT ? p : colon, 0);
    return p + 1;
}

/* `192.0.2.1 - - ` or `192.0.2.1 - name `, up to `end`. */
static int client_of(const char *p, const char *end, Line *line) {
    const char *start = p;
    while (p < end && (is_word(*p) || *p == ':')) p++;
    if (p == start || p - start > LONGEST_CLIENT || end - p < 5 || memcmp(p, " - ", 3) != 0) return 0;
    set_text(line, CLIENT, start, p, 0);
    line->client_number = ipv4_of(start, p);
    const char *user = p + 3, *last = end - 1;
    if (*last != ' ') return 0;
    if (last - user == 1 && *user == '-') return 1;
    if (user == last || !(is_digit(*user) || is_letter(*user))) return 0;
    while (user < last && (is_word(*user) || *user == '@')) user++;
    return user == last;
}

/* ` 200 1234`, then ` ` before a quote or what `rest` says of a line's end. */
static int numbers_of(const Layout *layout, const char *p, const char *end, Line *line) {
    if (end - p < 6 || p[0] != ' ' || !is_digit(p[1]) || !is_digit(p[2]) || !is_digit(p[3]) || p[4] != ' ') return 0;
    line->status = (int16_t)((p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0'));
    p += 5;
    const char *start = p;
    line->bytes = 0;
    if (*p == '-') {
        p++;
    } else {
        while (p < end && p - start < 18 && is_digit(*p)) line->bytes = line->bytes * 10 + (*p++ - '0');
        if (p == start) return 0;
    }
    if (layout->has_agent) return end - p == 1 && *p == ' ';
    if (p == end) return layout->rest != MORE_BEHIND;
    return layout->rest != NOTHING_BEHIND && end - p >= 2 && p[0] == ' ' && p[1] != ' ';
}

/* ` "referrer" "agent"`, from the third quote on. */
static int texts_of(const Layout *layout, const Scanned *s, Line *line) {
    const char *const *q = s->quote;
    if (q[4] - q[3] != 2 || q[3][1] != ' ') return 0;
    set_text(line, REFERRER, q[2] + 1, q[3], 1);
    set_text(line, AGENT, q[4] + 1, q[5], 1);
    const char *p = q[5] + 1;
    if (p == s->newline) return layout->rest != MORE_BEHIND;
    return layout->rest != NOTHING_BEHIND && s->newline - p >= 2 && p[0] == ' ' && p[1] != ' ';
}

static int line_of(Reader *r, const char *start, const Scanned *s, Line *line) {
    const Layout *layout = &r->layout;
    int needed = layout->has_agent ? 6 : 2, may_have_more = layout->has_agent && layout->rest != NOTHING_BEHIND;
    if (s->is_strange || s->quotes < needed || (s->quotes > needed && !may_have_more)) return 0;
    if (s->newline - start >= LONGEST_LINE || (s->is_high && !is_utf8(start, s->newline - start))) return 0;
    const char *const *q = s->quote;
    if (q[0] - start < TIME_LENGTH + 2 || q[0][-1] != ' ') return 0;
    const char *time = q[0] - 1 - TIME_LENGTH;
    for (int i = 0; i < LINE_TEXTS; i++) set_text(line, i, start, start, 0);
    const char *client = layout->vhost == NO_VHOST ? start : after_vhost(layout, start, time, line);
    if (!client || !client_of(client, time, line) || !time_of(r, time, &line->logged_at)) return 0;
    set_text(line, REQUEST, q[0] + 1, q[1], 0);
    if (!numbers_of(layout, q[1] + 1, layout->has_agent ? q[2] : s->newline, line)) return 0;
    return !layout->has_agent || texts_of(layout, s, line);
}

/* ---- lookups, in stages: while the memory of one is fetched, others go on */

static inline void want(Reader *r, Wanted *w, int kind, int i, const Line *line) {
    const char *text = line->text[kind];
    uint32_t length = line->length[kind];
    w->text[i] = text;
    w->length[i] = length;
    w->is_repeated[i] = i && w->length[i - 1] == length && memcmp(w->text[i - 1], text, length) == 0;
    if (w->is_repeated[i]) return;
    w->hash[i] = hash(text, length, r->seed);
    __builtin_prefetch(&r->dictionary[kind].slots[w->hash[i] & r->dictionary[kind].mask]);
}

/* Find the numbers of a batch's texts; new texts get one. */
static int look_up(Reader *r, int kind, const Batch *batch, uint32_t *numbers) {
    Dictionary *d = &r->dictionary[kind];
    const Wanted *w = &batch->wanted[kind];
    uint32_t candidate[BATCH];
    for (int i = 0; i < batch->lines; i++) {
        candidate[i] = UINT32_MAX;
        if (w->is_repeated[i]) continue;
        uint32_t slot = w->hash[i] & d->mask;
        for (uint64_t value; (value = d->slots[slot]); slot = (slot + 1) & d->mask) {
            if (value >> 32 != w->hash[i] >> 32) continue;
            candidate[i] = (uint32_t)value - 1;
            __builtin_prefetch(&d->offsets[candidate[i]]);
            break;
        }
    }
    for (int i = 0; i < batch->lines; i++) {
        if (candidate[i] == UINT32_MAX) continue;
        const char *text = d->data + d->offsets[candidate[i]];
        __builtin_prefetch(text);
        if (w->length[i] > 64) __builtin_prefetch(text + 64);
        if (w->length[i] > 128) __builtin_prefetch(text + 128);
    }
    for (int i = 0; i < batch->lines; i++) {
        if (w->is_repeated[i])
            numbers[i] = numbers[i - 1];
        else if (candidate[i] != UINT32_MAX && dictionary_is(d, candidate[i], w->text[i], w->length[i]))
            numbers[i] = candidate[i];
        else if (!dictionary_number(d, w->text[i], w->length[i], w->hash[i], r->seed, &numbers[i]))
            return 0;
    }
    return 1;
}

typedef struct {
    uint32_t vhost, request; /* numbers in their dictionaries */
} Pair;

static Pair pair_of(const Dictionary *pairs, uint32_t number) {
    Pair pair;
    memcpy(&pair, pairs->data + pairs->offsets[number], sizeof pair);
    return pair;
}

/* Replace the numbers of requests by those of the pairs with their hosts. */
static int look_up_pairs(Reader *r, const Batch *batch, uint32_t *requests, const uint32_t *vhosts) {
    Dictionary *d = &r->dictionary[PAIR];
    for (int i = 0; i < batch->lines; i++) {
        Pair pair = {vhosts[i], requests[i]};
        const char *key = (const char *)&pair;
        uint32_t texts = d->texts;
        if (!dictionary_number(d, key, sizeof pair, hash(key, sizeof pair, r->seed), r->seed, &requests[i])) return 0;
        if (d->texts > texts) r->pair_bytes += batch->wanted[VHOST].length[i] + batch->wanted[REQUEST].length[i];
    }
    return 1;
}

static int names_hosts(const Reader *r) { return r->layout.vhost != NO_VHOST; }

static int look_up_all(Reader *r, Batch *batch) {
    uint32_t numbers[FIELD_TEXTS][BATCH];
    for (int kind = 0; kind < FIELD_TEXTS; kind++)
        if (!look_up(r, kind, batch, numbers[kind])) return 0;
    if (names_hosts(r) && !look_up_pairs(r, batch, numbers[REQUEST], numbers[VHOST])) return 0;
    for (int kind = 0; kind < VHOST; kind++) {
        int64_t first = r->dictionary[kind == REQUEST && names_hosts(r) ? PAIR : kind].first_code;
        int32_t *codes = ROW(r, int32_t, CODES + kind);
        for (int i = 0; i < batch->lines; i++) codes[batch->row[i]] = (int32_t)(first + numbers[kind][i]);
    }
    batch->lines = 0;
    return 1;
}

static int add_line(Reader *r, Batch *batch, const Line *line) {
    int64_t row = r->rows, client = line->client_number;
    if (client < 0) {
        uint32_t number;
        uint64_t h = hash(line->text[CLIENT], line->length[CLIENT], r->seed);
        if (!dictionary_number(&r->dictionary[CLIENT], line->text[CLIENT], line->length[CLIENT], h, r->seed, &number))
            return 0;
        client = -1 - (int64_t)number;
    }
    ROW(r, int64_t, LOGGED_AT)[row] = line->logged_at;
    ROW(r, int64_t, BYTES)[row] = line->bytes;
    ROW(r, int64_t, CLIENT_NUMBER)[row] = client;
    ROW(r, int16_t, STATUS)[row] = line->status;
    for (int kind = 0; kind < FIELD_TEXTS; kind++) want(r, &batch->wanted[kind], kind, batch->lines, line);
    batch->row[batch->lines++] = row;
    return 1;
}

enum { NO_MEMORY = -1, NO_CODE = -2 };

/* Read whole lines; return the bytes that were read, fewer where the part is full, or why they could not be read. */
static int64_t reader_feed(Reader *r, const char *lines, int64_t size) {
    Batch batch = {.lines = 0};
    for (int i = 0; i < DICTIONARIES; i++)
        if (r->dictionary[i].first_code > INT32_MAX - r->most_texts) return NO_CODE;
    while (size && lines[size - 1] != '\n') size--;
    const char *p = lines, *end = lines + size;
    while (p < end) {
        if (!reader_reserve(r)) return NO_MEMORY;
        if (batch.lines == 0 && reader_is_full(r)) break;
        Line line;
        Scanned s = scan(p, end);
        int64_t row = r->rows;
        int is_odd = !line_of(r, p, &s, &line);
        if (is_odd)
            for (int i = 0; i < ROW_ARRAYS; i++) memset(r->row[i] + (size_t)row * WIDTH[i], 0, WIDTH[i]);
        ROW(r, int32_t, LINE)[row] = (int32_t)row;
        ROW(r, int32_t, START)[row] = (int32_t)r->fed;
        ROW(r, uint8_t, IS_ODD)[row] = (uint8_t)is_odd;
        int is_added = is_odd ? reader_add_odd(r, p, s.newline + 1 - p) : add_line(r, &batch, &line);
        if (!is_added) return NO_MEMORY;
        r->rows++;
        r->fed += s.newline + 1 - p;
        p = s.newline + 1;
        if ((is_odd && reader_is_full(r)) || batch.lines == BATCH)
            if (!look_up_all(r, &batch)) return NO_MEMORY;
    }
    return look_up_all(r, &batch) ? p - lines : NO_MEMORY;
}

/* ---- what was read, as tables */

enum { ROWS_TABLE, ODD_TABLE, REQUEST_TABLE, REFERRER_TABLE, AGENT_TABLE, CLIENT_TABLE, TABLES };
enum { CLIENT_COLUMN, ROW_COLUMN }; /* of the rows' table: the clients' texts, and the first of the reader's arrays */


static char *decimal(char *out, unsigned value) {
    if (value >= 100) *out++ = (char)('0' + value / 100);
    if (value >= 10) *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

/* The clients of rows as texts: an IPv4 address is a number, another client has a code. They replace those before. */
static int client_texts(const int64_t *client, const uint8_t *is_odd, const char *texts, const int32_t *starts,
                        Table *table) {
    int64_t size = 16;
    for (int64_t i = 0; i < table->rows; i++) {
        int64_t code = -1 - client[i];
        size += code < 0 ? 15 : starts[code + 1] - starts[code];
    }
    size_t offset_bytes = ((size_t)table->rows + 1) * sizeof(int32_t);
    Block *block = size > INT32_MAX ? NULL : block_new(CLIENT_BLOCK, offset_bytes + (size_t)size);
    if (!block) return 0;
    int32_t *offsets = (int32_t *)(void *)block_data(block);
    char *data = block_data(block) + offset_bytes, *out = data;
    offsets[0] = 0;
    for (int64_t i = 0; i < table->rows; i++) {
        int64_t code = -1 - client[i];
        if (is_odd[i]) {
            code = 0;
        } else if (code >= 0) {
            size_t length = (size_t)(starts[code + 1] - starts[code]);
            memcpy(out, texts + starts[code], length);
            out += length;
        } else {
            for (int shift = 24; shift >= 0; shift -= 8) {
                out = decimal(out, (unsigned)(client[i] >> shift & 255));
                if (shift) *out++ = '.';
            }
        }
        offsets[i + 1] = (int32_t)(out - data);
    }
    block_drop(CLIENT_BLOCK, table->block[CLIENT_BLOCK]);
    table->block[CLIENT_BLOCK] = block;
    table->column[CLIENT_COLUMN] = (Column){.name = "client", .format = "u", .data = data, .offsets = offsets};
    return 1;
}

/* Give the clients other texts: the first one to code 0, and so on. Each code of the rows must have one. */
static int table_set_clients(Table *table, const char *texts, const int32_t *starts, int64_t count) {
    const int64_t *client = table->column[ROW_COLUMN + CLIENT_NUMBER].data;
    for (int64_t i = 0; i < table->rows; i++)
        if (-1 - client[i] >= count) return 0;
    return client_texts(client, table->column[ROW_COLUMN + IS_ODD].data, texts, starts, table);
}

static int code_column(const Dictionary *d, Table *table) {
    int32_t *codes = table_own(table, malloc(((size_t)table->rows + 1) * sizeof *codes));
    if (!codes) return 0;
    for (int64_t i = 0; i < table->rows; i++) codes[i] = (int32_t)(d->first_code + d->old + i);
    table_add(table, (Column){.name = "code", .format = "i", .data = codes});
    return 1;
}

/* A column of a copy of texts: those with these numbers, or where there are none the new ones. */
static int text_column(const Dictionary *d, const uint32_t *numbers, const char *name, Table *table) {
    int64_t size = 0;
    for (int64_t i = 0; i < table->rows; i++) size += dictionary_length(d, numbers ? numbers[i] : d->old + (uint32_t)i);
    int32_t *offsets = table_own(table, malloc(((size_t)table->rows + 1) * sizeof *offsets));
    char *data = table_own(table, malloc((size_t)size + 1));
    if (!offsets || !data) return 0;
    offsets[0] = 0;
    for (int64_t i = 0; i < table->rows; i++) {
        uint32_t number = numbers ? numbers[i] : d->old + (uint32_t)i, length = dictionary_length(d, number);
        memcpy(data + offsets[i], d->data + d->offsets[number], length);
        offsets[i + 1] = offsets[i] + (int32_t)length;
    }
    table_add(table, (Column){.name = name, .format = "u", .data = data, .offsets = offsets});
    return 1;
}

/* The new texts of a kind. A dictionary that begins anew hands them over with its memory. */
static int text_table(Reader *r, int kind, int is_last, Table *table) {
    Dictionary *d = &r->dictionary[kind];
    if (!code_column(d, table)) return 0;
    if (!is_last) return text_column(d, NULL, "text", table);
    table_add(table, (Column){.name = "text", .format = "u", .data = d->data, .offsets = d->offsets + d->old});
    return 1;
}

/* The new pairs, with the texts of their hosts and requests. */
static int pair_table(const Reader *r, Table *table) {
    const Dictionary *d = &r->dictionary[PAIR];
    uint32_t *numbers = malloc(((size_t)table->rows * 2 + 1) * sizeof *numbers), *requests = numbers + table->rows;
    if (!numbers) return 0;
    for (int64_t i = 0; i < table->rows; i++) {
        Pair pair = pair_of(d, d->old + (uint32_t)i);
        numbers[i] = pair.vhost;
        requests[i] = pair.request;
    }
    int is_right = code_column(d, table) && text_column(&r->dictionary[VHOST], numbers, "vhost", table) &&
                   text_column(&r->dictionary[REQUEST], requests, "text", table);
    free(numbers);
    return is_right;
}

/* The new requests of lines that name no host: each with an empty one. */
static int request_table(Reader *r, int is_last, Table *table) {
    if (!text_table(r, REQUEST, is_last, table)) return 0;
    int32_t *offsets = table_own(table, calloc((size_t)table->rows + 1, sizeof *offsets));
    if (!offsets) return 0;
    table_add(table, (Column){.name = "vhost", .format = "u", .data = offsets, .offsets = offsets});
    return 1;
}

static int odd_table(const Reader *r, Table *table) {
    int64_t *rows = table_own(table, malloc(((size_t)r->odd_lines + 1) * sizeof *rows)), n = 0;
    if (!rows) return 0;
    for (int64_t i = 0; i < r->rows; i++)
        if (ROW(r, uint8_t, IS_ODD)[i]) rows[n++] = i;
    table_add(table, (Column){.name = "line", .format = "l", .data = rows});
    return 1;
}

typedef struct {
    int of[DICTIONARIES];
} Kinds;

/* The dictionaries that begin anew after the part. */
static Kinds last_dictionaries(const Reader *r) {
    Kinds last;
    for (int i = 0; i < DICTIONARIES; i++) last.of[i] = i == CLIENT || dictionary_is_full(r, i);
    last.of[PAIR] |= last.of[VHOST] || last.of[REQUEST]; /* a pair has their numbers */
    return last;
}

static int row_table(Reader *r, Table *table) {
    static const struct {
        const char *name, *format;
    } columns[ROW_ARRAYS] = {{"logged_at", "tsu:"}, {"bytes", "l"},        {"client_number", "l"}, {"line", "i"},
                             {"start", "i"},        {"status", "s"},       {"is_odd", "C"},
                             {"request_code", "i"}, {"referrer_code", "i"}, {"agent_code", "i"}};
    const Dictionary *d = &r->dictionary[CLIENT];
    if (!client_texts(ROW(r, int64_t, CLIENT_NUMBER), ROW(r, uint8_t, IS_ODD), d->data, d->offsets, table)) return 0;
    table->columns = ROW_COLUMN;
    for (int i = 0; i < ROW_ARRAYS; i++)
        table_add(table, (Column){.name = columns[i].name, .format = columns[i].format, .data = r->row[i]});
    return 1;
}

static int fill_tables(Reader *r, const Kinds *last, Table **tables) {
    const int *is_last = last->of;
    return row_table(r, tables[ROWS_TABLE]) && odd_table(r, tables[ODD_TABLE]) &&
           (names_hosts(r) ? pair_table(r, tables[REQUEST_TABLE])
                           : request_table(r, is_last[REQUEST], tables[REQUEST_TABLE])) &&
           text_table(r, REFERRER, is_last[REFERRER], tables[REFERRER_TABLE]) &&
           text_table(r, AGENT, is_last[AGENT], tables[AGENT_TABLE]) &&
           text_table(r, CLIENT, is_last[CLIENT], tables[CLIENT_TABLE]);
}

/* Begin another part: the tables own the rows, and the memory of the dictionaries that begin anew. */
static void reader_go_on(Reader *r, const Kinds *last, Table **tables) {
    Table *owner[DICTIONARIES] = {[REFERRER] = tables[REFERRER_TABLE], [AGENT] = tables[AGENT_TABLE],
                                  [CLIENT] = tables[CLIENT_TABLE]};
    if (!names_hosts(r)) owner[REQUEST] = tables[REQUEST_TABLE];
    tables[ROWS_TABLE]->block[ROW_BLOCK] = r->row_block;
    r->row_block = NULL;
    for (int i = 0; i < DICTIONARIES; i++) {
        Dictionary *d = &r->dictionary[i];
        d->old = d->texts;
        if (!last->of[i]) continue;
        if (owner[i]) {
            table_own(owner[i], d->data);
            table_own(owner[i], d->offsets);
        } else {
            free(d->data);
            free(d->offsets);
        }
        dictionary_forget(d);
    }
    if (last->of[PAIR]) r->pair_bytes = 0;
    r->old_pair_bytes = r->pair_bytes;
    r->dictionary[CLIENT].first_code = 0; /* the codes of clients are of the part */
    reader_clear_rows(r);
}

static int reader_drop(Table **tables) {
    for (int i = 0; i < TABLES; i++)
        if (tables[i]) table_drop(tables[i]);
    return 0;
}

/* The tables of the rows, of the rows that are odd, and of the new texts of each kind. The reader begins another part. */
static int reader_take(Reader *r, Table **tables) {
    memset(tables, 0, TABLES * sizeof *tables);
    int is_right = reader_reserve(r);
    const int kind[TABLES] = {[REQUEST_TABLE] = names_hosts(r) ? PAIR : REQUEST,
                              [REFERRER_TABLE] = REFERRER,
                              [AGENT_TABLE] = AGENT,
                              [CLIENT_TABLE] = CLIENT};
    for (int i = 0; i < TABLES; i++) {
        const Dictionary *d = &r->dictionary[kind[i]];
        tables[i] = table_new(i == ROWS_TABLE ? r->rows : i == ODD_TABLE ? r->odd_lines : d->texts - d->old);
        is_right = is_right && tables[i];
    }
    if (!is_right) return reader_drop(tables);
    Kinds last = last_dictionaries(r);
    if (!fill_tables(r, &last, tables)) return reader_drop(tables);
    reader_go_on(r, &last, tables);
    return 1;
}

#ifndef WITHOUT_PYTHON

/* ---- Python */

typedef struct {
    PyObject_HEAD
    Table *table;
} TableObject;

typedef struct {
    PyObject_HEAD
    Reader reader;
    int is_busy; /* another thread is in it */
} ReaderObject;

static PyTypeObject *table_type;
static long living_readers;

static void capsule_free(PyObject *capsule) {
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream && stream->release) stream->release(stream);
    free(stream);
}

static PyObject *table_arrow_stream(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"requested_schema", NULL};
    PyObject *requested_schema = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &requested_schema)) return NULL;
    struct ArrowArrayStream *stream = stream_new(((TableObject *)self)->table);
    if (!stream) return PyErr_NoMemory();
    return PyCapsule_New(stream, "arrow_array_stream", capsule_free);
}

static Py_ssize_t table_length(PyObject *self) { return (Py_ssize_t)((TableObject *)self)->table->rows; }

/* The texts of a list, one after the other, and where each starts; the caller frees both. */
static int list_texts(PyObject *list, char **texts, int32_t **starts) {
    Py_ssize_t count = PyList_Size(list), length;
    int64_t size = 0;
    *texts = NULL;
    *starts = count < 0 ? NULL : calloc((size_t)count + 1, sizeof **starts);
    for (Py_ssize_t i = 0; *starts && i < count; i++) {
        if (!PyUnicode_AsUTF8AndSize(PyList_GetItem(list, i), &length) || size + length > INT32_MAX) return 0;
        (*starts)[i + 1] = (int32_t)(size += length);
    }
    if (*starts) *texts = malloc((size_t)size + 1);
    for (Py_ssize_t i = 0; *texts && i < count; i++)
        memcpy(*texts + (*starts)[i], PyUnicode_AsUTF8AndSize(PyList_GetItem(list, i), &length),
               (size_t)((*starts)[i + 1] - (*starts)[i]));
    return *texts != NULL;
}

static PyObject *table_set_texts(PyObject *self, PyObject *list) {
    Table *table = ((TableObject *)self)->table;
    if (!table->block[ROW_BLOCK] || table->references > 1)
        return PyErr_Format(PyExc_ValueError, "only the clients of rows that nobody reads can have other texts");
    char *texts;
    int32_t *starts;
    int is_right = list_texts(list, &texts, &starts) && table_set_clients(table, texts, starts, PyList_Size(list));
    free(texts);
    free(starts);
    if (is_right) Py_RETURN_NONE;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "there is no text for each client, or no memory");
    return NULL;
}

static void table_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    if (((TableObject *)self)->table) table_drop(((TableObject *)self)->table);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

/* Return a tuple of objects for the tables, whose references it takes. */
static PyObject *table_objects(Table **tables) {
    PyObject *objects = PyTuple_New(TABLES);
    for (int i = 0; i < TABLES; i++) {
        PyObject *object = objects ? ((allocfunc)PyType_GetSlot(table_type, Py_tp_alloc))(table_type, 0) : NULL;
        if (!object) {
            table_drop(tables[i]);
            Py_CLEAR(objects);
            continue;
        }
        ((TableObject *)object)->table = tables[i];
        PyTuple_SetItem(objects, i, object);
    }
    return objects;
}

static PyObject *reader_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"seed", "vhost", "has_agent", "rest", "most_texts", "most_bytes", "first_code", NULL};
    unsigned long long seed;
    long long most_texts, most_bytes;
    int first_code = 0;
    Layout layout;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "KipiLL|i", names, &seed, &layout.vhost, &layout.has_agent,
                                     &layout.rest, &most_texts, &most_bytes, &first_code))
        return NULL;
    int is_layout = layout.vhost >= NO_VHOST && layout.vhost <= VHOST_BEFORE_PORT && layout.rest >= NOTHING_BEHIND &&
                    layout.rest <= MORE_BEHIND;
    if (!is_layout || most_texts < BATCH || most_texts > 1 << 30 || most_bytes < 1 || most_bytes > 1 << 30)
        return PyErr_Format(PyExc_ValueError, "no such layout, or limits that are too low or too high");
    ReaderObject *self = (ReaderObject *)(void *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (!self) return NULL;
    living_readers++;
    self->reader = (Reader){.layout = layout, .seed = seed, .most_texts = most_texts, .most_bytes = most_bytes};
    for (int i = 0; i < CLIENT; i++) self->reader.dictionary[i].first_code = first_code;
    self->reader.dictionary[PAIR].first_code = first_code;
    return (PyObject *)self;
}

static void reader_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    reader_clear(&((ReaderObject *)self)->reader);
    if (--living_readers == 0) blocks_free();
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static int reader_enter(ReaderObject *self) {
    if (self->is_busy) PyErr_SetString(PyExc_RuntimeError, "another thread uses this reader");
    return !self->is_busy;
}

static PyObject *reader_feed_lines(PyObject *object, PyObject *lines) {
    ReaderObject *self = (ReaderObject *)object;
    Py_buffer buffer;
    if (!reader_enter(self) || PyObject_GetBuffer(lines, &buffer, PyBUF_SIMPLE) < 0) return NULL;
    int64_t size;
    self->is_busy = 1;
    Py_BEGIN_ALLOW_THREADS
    size = reader_feed(&self->reader, buffer.buf, buffer.len);
    Py_END_ALLOW_THREADS
    self->is_busy = 0;
    PyBuffer_Release(&buffer);
    if (size == NO_CODE) return PyErr_Format(PyExc_OverflowError, "the codes of texts are used up");
    if (size < 0) {
        reader_clear(&self->reader);
        return PyErr_NoMemory();
    }
    return PyLong_FromLongLong(size);
}

static PyObject *reader_take_part(PyObject *object, PyObject *nothing) {
    (void)nothing;
    ReaderObject *self = (ReaderObject *)object;
    Table *tables[TABLES];
    if (!reader_enter(self)) return NULL;
    PyObject *odd = PyBytes_FromStringAndSize(self->reader.odd, (Py_ssize_t)self->reader.odd_size);
    if (!odd) return NULL;
    if (!reader_take(&self->reader, tables)) {
        Py_DECREF(odd);
        return PyErr_NoMemory();
    }
    PyObject *objects = table_objects(tables);
    if (objects) return Py_BuildValue("(NN)", odd, objects);
    Py_DECREF(odd);
    return NULL;
}

static PyObject *reader_first_codes(PyObject *object, PyObject *nothing) {
    (void)nothing;
    const Reader *r = &((ReaderObject *)object)->reader;
    long long requests = r->dictionary[names_hosts(r) ? PAIR : REQUEST].first_code;
    return Py_BuildValue("(LLL)", requests, (long long)r->dictionary[REFERRER].first_code,
                         (long long)r->dictionary[AGENT].first_code);
}

static PyObject *contents_of_lines(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer lines;
    long long longest;
    if (!PyArg_ParseTuple(args, "y*L", &lines, &longest)) return NULL;
    Contents found;
    Py_BEGIN_ALLOW_THREADS
    found = contents_of(lines.buf, lines.len, longest);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&lines);
    return Py_BuildValue("(LNNNNNN)", (long long)found.lines, PyBool_FromLong(found.is_ascii),
                         PyBool_FromLong(found.has_controls), PyBool_FromLong(found.has_returns),
                         PyBool_FromLong(found.has_backslashes), PyBool_FromLong(found.has_marks),
                         PyBool_FromLong(found.is_overlong));
}

static PyMethodDef module_methods[] = {
    {"contents", contents_of_lines, METH_VARARGS, "Return what whole lines contain that needs care."},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef table_methods[] = {
    {"__arrow_c_stream__", (PyCFunction)(void (*)(void))table_arrow_stream, METH_VARARGS | METH_KEYWORDS,
     "Return a capsule of a stream of the table's rows."},
    {"set_clients", table_set_texts, METH_O, "Give the clients of rows other texts, by their codes."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot table_slots[] = {
    {Py_tp_dealloc, table_dealloc},
    {Py_tp_methods, table_methods},
    {Py_sq_length, table_length},
    {0, NULL},
};
static PyType_Spec table_spec = {
    .name = "logstats.native._lines.Table",
    .basicsize = sizeof(TableObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = table_slots,
};

static PyMethodDef reader_methods[] = {
    {"feed", reader_feed_lines, METH_O, "Read whole lines; return the number of bytes that were read."},
    {"take", reader_take_part, METH_NOARGS, "Return the odd lines and the tables of what was read; begin another part."},
    {"first_codes", reader_first_codes, METH_NOARGS, "Return the least codes that later rows may have."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot reader_slots[] = {
    {Py_tp_new, reader_new},
    {Py_tp_dealloc, reader_dealloc},
    {Py_tp_methods, reader_methods},
    {0, NULL},
};
static PyType_Spec reader_spec = {
    .name = "logstats.native._lines.LineReader",
    .basicsize = sizeof(ReaderObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = reader_slots,
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "logstats.native._lines",
    .m_doc = "The native reader of usual lines.",
    .m_size = -1,
    .m_methods = module_methods,
};

PyMODINIT_FUNC PyInit__lines(void) {
    PyObject *self = PyModule_Create(&module);
    if (!self) return NULL;
    table_type = (PyTypeObject *)PyType_FromSpec(&table_spec);
    PyObject *reader_type = PyType_FromSpec(&reader_spec);
    if (!table_type || !reader_type || PyModule_AddObjectRef(self, "Table", (PyObject *)table_type) < 0 ||
        PyModule_AddObjectRef(self, "LineReader", reader_type) < 0)
        Py_CLEAR(self);
    Py_XDECREF(reader_type);
    return self;
}

#endif

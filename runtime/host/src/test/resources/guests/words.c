// A small freestanding guest for tests: sorts the words of its input.
//
// clang-19 --target=wasm32 -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=8192 \
//   -o words.wasm words.c

typedef unsigned int u32;
typedef unsigned char u8;

__attribute__((import_module("wasi:random/random@0.2.0"), import_name("get-random-u64")))
unsigned long long random_u64(void);

extern u8 __heap_base;
static u32 top;

__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  if (!top) top = (u32)&__heap_base;
  top = (top + align - 1) & -align;
  u32 at = top;
  top += size;
  u32 have = __builtin_wasm_memory_size(0) * 65536u;
  if (top > have && __builtin_wasm_memory_grow(0, (top - have + 65535) / 65536) == (u32)-1)
    __builtin_trap();
  for (u32 i = 0; i < old_size && i < size; i++) ((u8 *)at)[i] = ((u8 *)old)[i];
  return (void *)at;
}

typedef struct { u8 *start; u32 length; } word;

static int compare(const word *a, const word *b) {
  u32 n = a->length < b->length ? a->length : b->length;
  for (u32 i = 0; i < n; i++)
    if (a->start[i] != b->start[i]) return a->start[i] < b->start[i] ? -1 : 1;
  return a->length < b->length ? -1 : a->length > b->length;
}

static void sort(word *words, int low, int high, int (*order)(const word *, const word *)) {
  while (low < high) {
    word pivot = words[low + (high - low) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (order(&words[i], &pivot) < 0) i++;
      while (order(&pivot, &words[j]) < 0) j--;
      if (i <= j) {
        word swap = words[i];
        words[i++] = words[j];
        words[j--] = swap;
      }
    }
    sort(words, low, j, order);
    low = i;
  }
}

static struct { u32 tag; u8 *start; u32 length; } result;
static u32 calls;

static int count_and_compare(const word *a, const word *b) {
  calls++;
  return compare(a, b);
}

__attribute__((export_name("test:words/run#run"))) void *run(u8 *input, u32 length) {
  word *words = cabi_realloc(0, 0, 4, (length / 2 + 1) * sizeof(word));
  int count = 0;
  for (u32 i = 0; i < length;) {
    while (i < length && (input[i] == ' ' || input[i] == '"' || input[i] == '{' || input[i] == '}'))
      i++;
    u32 from = i;
    while (i < length && input[i] != ' ' && input[i] != '"' && input[i] != '{' && input[i] != '}')
      i++;
    if (i > from) words[count++] = (word){input + from, i - from};
  }
  sort(words, 0, count - 1, random_u64() & 1 ? count_and_compare : compare);
  u8 *out = cabi_realloc(0, 0, 1, length + 1);
  u32 n = 0;
  for (int w = 0; w < count; w++) {
    if (w) out[n++] = ' ';
    for (u32 i = 0; i < words[w].length; i++) out[n++] = words[w].start[i];
  }
  if (n == 0) {
    result.tag = 1;
    result.start = (u8 *)"no words";
    result.length = 8;
  } else {
    result.tag = 0;
    result.start = out;
    result.length = n;
  }
  return &result;
}

__attribute__((export_name("cabi_post_test:words/run#run"))) void post(void *area) {
  top = (u32)&__heap_base;
}

//! Files of an index, by number, by path and in the order of their paths.

mod order;

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::grow;
use order::Order;

/// A file and the range of its symbols.
pub(crate) struct File {
    /// The path, and the stamp behind it.
    text: Box<str>,
    path_bytes: u32,
    has_stamp: bool,
    pub start: u32,
    pub count: u32,
}

impl File {
    pub(crate) fn new(path: &str, stamp: Option<&str>, start: u32, count: u32) -> Self {
        let text = match stamp {
            None => path.into(),
            Some(stamp) => [path, stamp].concat().into_boxed_str(),
        };
        Self {
            text,
            path_bytes: path.len() as u32,
            has_stamp: stamp.is_some(),
            start,
            count,
        }
    }

    #[inline]
    pub(crate) fn path(&self) -> &str {
        &self.text[..self.path_bytes as usize]
    }

    pub(crate) fn stamp(&self) -> Option<&str> {
        self.has_stamp.then(|| &self.text[self.path_bytes as usize..])
    }
}

/// All files of an index. Freed numbers are used again.
pub(crate) struct Files {
    files: Vec<Option<File>>,
    free: Vec<u32>,
    /// Numbers by path; made when first needed.
    table: Option<HashTable<u32>>,
    order: Order,
    hasher: RandomState,
    text_bytes: usize,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self::from_sorted(Vec::new())
    }

    /// Files whose paths ascend.
    pub(crate) fn from_sorted(files: Vec<File>) -> Self {
        Self {
            order: Order::of_sorted(files.len() as u32),
            text_bytes: files.iter().map(|file| file.text.len()).sum(),
            files: files.into_iter().map(Some).collect(),
            free: Vec::new(),
            table: None,
            hasher: RandomState::default(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.files.len() - self.free.len()
    }

    /// Numbers in use, and below it.
    pub(crate) fn slots(&self) -> usize {
        self.files.len()
    }

    /// The number of a path.
    pub(crate) fn find(&mut self, path: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(path);
        self.fill_table();
        let Self { files, table, .. } = self;
        table
            .as_ref()?
            .find(hash, |&number| path_of(files, number) == path)
            .copied()
    }

    /// A file that is in the index.
    #[inline]
    pub(crate) fn get(&self, number: u32) -> &File {
        match &self.files[number as usize] {
            Some(file) => file,
            None => unreachable!("no symbol is of a file that was removed"),
        }
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> &mut File {
        match &mut self.files[number as usize] {
            Some(file) => file,
            None => unreachable!("no symbol is of a file that was removed"),
        }
    }

    /// Puts in a file whose path is not there; returns its number.
    pub(crate) fn insert(&mut self, file: File) -> u32 {
        self.fill_table();
        let number = self.free.pop().unwrap_or(self.files.len() as u32);
        self.text_bytes += file.text.len();
        let hash = self.hasher.hash_one(file.path());
        if number as usize == self.files.len() {
            grow::reserve(&mut self.files, 1);
            self.files.push(Some(file));
        } else {
            self.files[number as usize] = Some(file);
        }
        let Self {
            files, table, hasher, ..
        } = self;
        if let Some(table) = table {
            table.insert_unique(hash, number, |&other| hasher.hash_one(path_of(files, other)));
        }
        self.order.added(number);
        number
    }

    /// Takes out a file.
    pub(crate) fn remove(&mut self, number: u32) {
        self.take(number);
        self.free.push(number);
    }

    fn take(&mut self, number: u32) -> Option<File> {
        self.fill_table();
        let file = self.files[number as usize].take()?;
        self.text_bytes -= file.text.len();
        let hash = self.hasher.hash_one(file.path());
        if let Some(table) = &mut self.table
            && let Ok(found) = table.find_entry(hash, |&other| other == number)
        {
            found.remove();
        }
        self.order.removed(number);
        Some(file)
    }

    /// Gives a file another path, which no other has. Its number stays.
    pub(crate) fn rename(&mut self, number: u32, path: &str) {
        if let Some(file) = self.take(number) {
            self.free.push(number);
            self.insert(File::new(path, file.stamp(), file.start, file.count));
        }
    }

    /// Gives a file another stamp.
    pub(crate) fn set_stamp(&mut self, number: u32, stamp: Option<&str>) {
        let file = self.get_mut(number);
        if file.stamp() == stamp {
            return;
        }
        let old_bytes = file.text.len();
        *file = File::new(file.path(), stamp, file.start, file.count);
        let new_bytes = file.text.len();
        self.text_bytes = self.text_bytes - old_bytes + new_bytes;
    }

    /// Makes [`Files::rank`] and [`Files::in_order`] right. Cheap where few files came since the last time.
    pub(crate) fn sort(&mut self) {
        let files = &self.files;
        self.order.sort(files.len(), |number| {
            files[number as usize].as_ref().map(File::path)
        });
    }

    /// Ascends as paths do, after [`Files::sort`].
    #[inline]
    pub(crate) fn rank(&self, number: u32) -> u32 {
        self.order.rank(number)
    }

    /// Numbers by path, after [`Files::sort`].
    pub(crate) fn in_order(&self) -> impl Iterator<Item = u32> {
        self.order.numbers()
    }

    fn fill_table(&mut self) {
        if self.table.is_some() {
            return;
        }
        let Self { files, hasher, .. } = self;
        let hash = |&number: &u32| hasher.hash_one(path_of(files, number));
        let mut table = HashTable::with_capacity(files.len());
        for number in 0..files.len() as u32 {
            if files[number as usize].is_some() {
                table.insert_unique(hash(&number), number, hash);
            }
        }
        self.table = Some(table);
    }

    /// Bytes held.
    pub(crate) fn held_bytes(&self) -> usize {
        self.files.capacity() * size_of::<Option<File>>()
            + self.text_bytes
            + self.free.capacity() * size_of::<u32>()
            + self.table.as_ref().map_or(0, HashTable::allocation_size)
            + self.order.held_bytes()
    }
}

fn path_of(files: &[Option<File>], number: u32) -> &str {
    files[number as usize].as_ref().map_or("", File::path)
}

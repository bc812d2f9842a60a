//! Thrift's compact protocol, and headers of pages in it.

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The values that codes stand for.
    Dictionary,
    /// Values; levels lie before them, compressed with them.
    Data,
    /// Values; levels lie before them as they are, of so many bytes.
    Data2 {
        /// Bytes of repetition and definition levels.
        levels: usize,
        /// Of these, those of repetition levels, which come first.
        repetitions: usize,
        /// Whether the values are compressed.
        compressed: bool,
    },
    /// Something that readers may pass over.
    Other,
}

/// The header of a page.
#[derive(Debug, Clone, Copy)]
pub struct Header {
    /// What it holds.
    pub kind: Kind,
    /// Bytes in the file, behind the header.
    pub packed: usize,
    /// Bytes when unpacked.
    pub unpacked: usize,
    /// The checksum (CRC-32) of its bytes in the file, if it has one.
    pub checksum: Option<u32>,
    /// Values, nulls among them.
    pub values: usize,
    /// How values are encoded, as the format numbers it.
    pub encoding: i64,
    /// How definition levels are encoded.
    pub level_encoding: i64,
    /// How repetition levels are encoded.
    pub repetition_encoding: i64,
}

/// Why nothing was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The bytes end before it does.
    Short,
    /// They are something else.
    Damaged,
}

/// What was found.
pub type Parsed<T> = Result<T, Failure>;

/// Structs in structs: those of headers are three deep.
const DEEPEST: usize = 16;

/// Bytes being read.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The header that the bytes start with, and its length.
pub fn header(bytes: &[u8]) -> Parsed<(Header, usize)> {
    let mut reader = Reader::new(bytes);
    let (mut page, mut unpacked, mut packed, mut checksum) = (None, None, None, None);
    let (mut one, mut two, mut dictionary) = (Fields::default(), Fields::default(), Fields::default());
    reader.fields(|reader, id, kind| {
        match (id, kind) {
            (1, INT) => page = Some(reader.int()?),
            (2, INT) => unpacked = Some(reader.int()?),
            (3, INT) => packed = Some(reader.int()?),
            (4, INT) => checksum = Some(reader.int()? as u32),
            (5, STRUCT) => one = reader.numbers()?,
            (7, STRUCT) => dictionary = reader.numbers()?,
            (8, STRUCT) => two = reader.numbers()?,
            _ => reader.skip(kind, 0)?,
        }
        Ok(())
    })?;
    // Sizes are of 32 bits in the format: no room is made for more.
    let size = |size: Option<i64>| {
        let size = size.and_then(|size| i32::try_from(size).ok());
        size.and_then(|size| usize::try_from(size).ok()).ok_or(Failure::Damaged)
    };
    let (kind, numbers) = match page {
        Some(0) => (Kind::Data, one),
        Some(2) => (Kind::Dictionary, dictionary),
        Some(3) => {
            let repetitions = size(two.0[6])?;
            let levels = size(two.0[5])?.checked_add(repetitions).ok_or(Failure::Damaged)?;
            (Kind::Data2 { levels, repetitions, compressed: two.0[7] != Some(0) }, two)
        }
        Some(_) => (Kind::Other, Fields([Some(0); 9])),
        None => return Err(Failure::Damaged),
    };
    let second = matches!(kind, Kind::Data2 { .. });
    let encoding = numbers.0[if second { 4 } else { 2 }];
    let header = Header {
        kind,
        packed: size(packed)?,
        unpacked: size(unpacked)?,
        checksum,
        values: size(numbers.0[1])?,
        encoding: encoding.ok_or(Failure::Damaged)?,
        level_encoding: numbers.0[3].unwrap_or(RLE),
        repetition_encoding: numbers.0[4].filter(|_| !second).unwrap_or(RLE),
    };
    Ok((header, reader.at))
}

/// Levels of the second kind of pages are always encoded so.
const RLE: i64 = 3;

/// The numbers and truths of a struct by their field.
#[derive(Default, Clone, Copy)]
struct Fields([Option<i64>; 9]);

const TRUE: u8 = 1;
const FALSE: u8 = 2;
/// A number of 32 bits.
pub const INT: u8 = 5;
/// Bytes or a text.
pub const BINARY: u8 = 8;
/// Values of one type.
pub const LIST: u8 = 9;
/// Fields.
pub const STRUCT: u8 = 12;

impl<'a> Reader<'a> {
    /// From the first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// The place of the next byte.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte.
    ///
    /// # Errors
    /// `Short`.
    pub fn byte(&mut self) -> Parsed<u8> {
        let byte = *self.bytes.get(self.at).ok_or(Failure::Short)?;
        self.at += 1;
        Ok(byte)
    }

    /// A number without a sign.
    ///
    /// # Errors
    /// `Short`, `Damaged`.
    pub fn varint(&mut self) -> Parsed<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Failure::Damaged)
    }

    /// A number with a sign.
    ///
    /// # Errors
    /// `Short`, `Damaged`.
    pub fn int(&mut self) -> Parsed<i64> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Bytes, behind their number.
    ///
    /// # Errors
    /// `Short`, `Damaged`.
    pub fn binary(&mut self) -> Parsed<&'a [u8]> {
        let length = self.varint()?;
        let start = self.at;
        self.pass(length)?;
        Ok(&self.bytes[start..self.at])
    }

    fn pass(&mut self, count: u64) -> Parsed<()> {
        let count = usize::try_from(count).map_err(|_| Failure::Damaged)?;
        let end = self.at.checked_add(count).ok_or(Failure::Damaged)?;
        if end > self.bytes.len() {
            return Err(Failure::Short);
        }
        self.at = end;
        Ok(())
    }

    /// Hands each field of a struct to `f`, which reads it.
    ///
    /// # Errors
    /// `Short`, `Damaged`, and what `f` raises.
    pub fn fields(&mut self, mut f: impl FnMut(&mut Self, i64, u8) -> Parsed<()>) -> Parsed<()> {
        let mut id = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            id = match head >> 4 {
                0 => self.int()?,
                step => id.wrapping_add(i64::from(step)),
            };
            f(self, id, head & 15)?;
        }
    }

    fn numbers(&mut self) -> Parsed<Fields> {
        let mut found = Fields::default();
        self.fields(|reader, id, kind| {
            let place = usize::try_from(id).ok().and_then(|id| found.0.get_mut(id));
            match (place, kind) {
                (Some(place), INT) => *place = Some(reader.int()?),
                (Some(place), TRUE | FALSE) => *place = Some(i64::from(kind == TRUE)),
                _ => reader.skip(kind, 0)?,
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Passes over a value of a type, which is so deep in others.
    ///
    /// # Errors
    /// `Short`, `Damaged`.
    pub fn skip(&mut self, kind: u8, depth: usize) -> Parsed<()> {
        if depth > DEEPEST {
            return Err(Failure::Damaged);
        }
        match kind {
            TRUE | FALSE => Ok(()),
            3 => self.pass(1),
            4 | INT | 6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            BINARY => self.binary().map(|_| ()),
            LIST | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    few => u64::from(few),
                };
                for _ in 0..count {
                    match head & 15 {
                        // In lists a truth has a byte of its own.
                        TRUE | FALSE => self.pass(1)?,
                        item => self.skip(item, depth + 1)?,
                    }
                }
                Ok(())
            }
            STRUCT => self.fields(|reader, _, kind| reader.skip(kind, depth + 1)),
            _ => Err(Failure::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page of 10 values, as parquet-cpp writes it, with statistics.
    const PAGE: [u8; 24] = [
        0x15, 0x00, 0x15, 0x50, 0x15, 0x2a, 0x2c, 0x15, 0x14, 0x15, 0x10, 0x15, 0x06, 0x15, 0x06, 0x1c, 0x36,
        0x02, 0x16, 0x00, 0x00, 0x00, 0x00, 0xff,
    ];

    #[test]
    fn headers_are_read() {
        let (header, length) = header(&PAGE).unwrap();
        assert_eq!(length, 23);
        assert_eq!((header.kind, header.values), (Kind::Data, 10));
        assert_eq!((header.unpacked, header.packed), (40, 21));
        assert_eq!((header.encoding, header.level_encoding), (8, 3));
    }

    #[test]
    fn damaged_headers_are_refused() {
        for cut in 0..23 {
            assert_eq!(header(&PAGE[..cut]).unwrap_err(), Failure::Short, "{cut}");
        }
        for at in 0..23 {
            for bit in 0..8 {
                let mut bytes = PAGE;
                bytes[at] ^= 1 << bit;
                // No panic, and never beyond the bytes.
                assert!(
                    header(&bytes).is_ok_and(|(_, length)| length <= PAGE.len()) || header(&bytes).is_err()
                );
            }
        }
        assert_eq!(header(&[0x1c; 1000]).unwrap_err(), Failure::Damaged);
        // An unpacked size of 2^31, and a field whose number does not fit 64 bits.
        let large = [&PAGE[..3], &[0x80, 0x80, 0x80, 0x80, 0x10], &PAGE[4..]].concat();
        assert_eq!(header(&large).unwrap_err(), Failure::Damaged);
        let number = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert!(header(&[&[0x05][..], &number, &[0, 0x15, 0, 0]].concat()).is_err());
        assert_eq!(header(&[0]).unwrap_err(), Failure::Damaged);
    }
}

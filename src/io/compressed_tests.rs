//! Compressed bytes: what comes back, damage, bombs.

use super::*;

const ALL: [Compression; 5] =
    [Compression::Gzip, Compression::Zstd, Compression::Lz4, Compression::Bzip2, Compression::Xz];

#[test]
fn what_was_compressed_comes_back() {
    let text: Vec<u8> = (0..30_000u32).flat_map(|i| i.to_string().into_bytes()).collect();
    for compression in ALL {
        let whole = packed(text.clone(), compression).unwrap();
        assert!(whole.len() < text.len(), "{compression:?}: {}", whole.len());
        assert_eq!(decompressed(whole.clone(), compression).unwrap(), text, "{compression:?}");
        // Parts that were compressed one by one are one file.
        let mut parts = packed(text[..1000].to_vec(), compression).unwrap();
        parts.extend(packed(text[1000..].to_vec(), compression).unwrap());
        assert_eq!(decompressed(parts, compression).unwrap(), text, "{compression:?}");
        assert!(packed(Vec::new(), compression).unwrap().is_empty());
        // No bytes are a compressed file, a file without bytes is none.
        assert!(decompressed(nothing(compression).unwrap(), compression).unwrap().is_empty());
        assert_eq!(decompressed(Vec::new(), compression).unwrap_err().kind(), ErrorKind::Corrupt);
        let cut = decompressed(whole[..whole.len() / 2].to_vec(), compression).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::Corrupt, "{cut}");
    }
}

#[test]
fn names_say_how_files_are_compressed() {
    for compression in ALL {
        let name = format!("a.csv{}", compression.ending());
        assert_eq!(Compression::Infer.of(&name), compression);
        assert_eq!(inner_name(&name), "a.csv");
    }
    assert_eq!(Compression::Infer.of("a.csv"), Compression::None);
    assert_eq!(Compression::None.of("a.csv.xz"), Compression::None);
}

#[test]
fn damage_is_a_typed_error_or_harmless() {
    let text = b"a,b\n1,2\n3,4\n".repeat(20);
    for compression in ALL {
        let whole = packed(text.clone(), compression).unwrap();
        for size in 1..whole.len() {
            let error = decompressed(whole[..size].to_vec(), compression).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{compression:?} cut at {size}: {error}");
        }
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Headers hold bits that mean nothing, such as the time of writing; the text never changes silently.
            match decompressed(flipped, compression) {
                Ok(found) => assert_eq!(found, text, "{compression:?} bit {bit}"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}"),
            }
        }
    }
}

#[test]
fn a_bomb_is_stopped() {
    for compression in ALL {
        let bomb = packed(vec![0u8; 1 << 22], compression).unwrap();
        assert!(bomb.len() < 20_000, "{compression:?}: {}", bomb.len());
        let error = within(bomb.clone(), compression, (1 << 22) - 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(error.suggestion().unwrap().contains("decompressed_bytes"));
        assert_eq!(within(bomb, compression, 1 << 22).unwrap().len(), 1 << 22);
    }
}

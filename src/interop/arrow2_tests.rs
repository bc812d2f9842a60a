//! Every type on the whitelist, both ways: whole, sliced, with nulls, without rows; and what is refused.

use super::*;
use crate::data::{Scalar, TimeUnit, assert_frame_eq};
use crate::error::ErrorKind;

const ROWS: usize = 21;

/// A column of a type with some nulls.
fn column(dtype: &DType, nulls: bool) -> Column {
    let values: Vec<Column> = (0..ROWS)
        .map(|row| {
            let scalar = match nulls && row % 5 == 2 {
                true => Scalar::Null,
                false => value(dtype, row as i64),
            };
            Column::new(scalar.to_array(dtype, 1).unwrap()).unwrap()
        })
        .collect();
    crate::data::concat::concat_columns(&values.iter().collect::<Vec<_>>()).unwrap()
}

fn value(dtype: &DType, row: i64) -> Scalar {
    match dtype {
        DType::Null => Scalar::Null,
        DType::Bool => (row % 3 == 0).into(),
        DType::Decimal(_, scale) => Scalar::Decimal(i128::from(row) * 1_000_003 - 7, *scale),
        DType::String => ["", "a", "a text of more than twelve bytes", "Ünïcödé"][row as usize % 4].into(),
        DType::Binary => Scalar::Binary(vec![row as u8; row as usize].into()),
        DType::Date => Scalar::Date(row as i32 - 3),
        DType::Time => Scalar::Time(row * 1_000_000_007),
        DType::Timestamp(unit, zone) => Scalar::Timestamp(row - 5, *unit, zone.clone()),
        DType::Duration(unit) => Scalar::Duration(row - 5, *unit),
        DType::List(item) => Scalar::List((0..row % 4).map(|i| value(item, row + i)).collect()),
        DType::Array(item, width) => {
            Scalar::List((0..i64::from(*width)).map(|i| value(item, row + i)).collect())
        }
        DType::Struct(fields) => {
            Scalar::Struct(fields.iter().map(|f| (f.name.clone(), value(&f.dtype, row))).collect())
        }
        float if float.is_float() => (row as f64 * 0.25 - 1.0).into(),
        unsigned if unsigned.is_unsigned() => (row as u64).into(),
        _ => (row - 9).into(),
    }
}

fn whitelist() -> Vec<DType> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let mut types = vec![
        DType::Null,
        DType::Bool,
        DType::Int8,
        DType::Int16,
        DType::Int32,
        DType::Int64,
        DType::UInt8,
        DType::UInt16,
        DType::UInt32,
        DType::UInt64,
        DType::Float32,
        DType::Float64,
        DType::Decimal(20, 4),
        DType::Decimal(38, 0),
        DType::String,
        DType::Binary,
        DType::Date,
        DType::Time,
    ];
    for unit in [Second, Millisecond, Microsecond, Nanosecond] {
        types.push(DType::Timestamp(unit, None));
        types.push(DType::Timestamp(unit, Some("Europe/Oslo".into())));
        types.push(DType::Duration(unit));
    }
    let pair = |a: DType, b: DType| DType::Struct(vec![Field::new("a", a), Field::new("b", b)]);
    types.push(pair(DType::Int64, DType::String));
    types.push(DType::List(Box::new(DType::Float64)));
    types.push(DType::Array(Box::new(DType::Float32), 3));
    types.push(DType::Array(Box::new(DType::Array(Box::new(DType::String), 1)), 2));
    types.push(DType::List(Box::new(DType::List(Box::new(DType::String)))));
    types.push(DType::List(Box::new(pair(DType::Bool, DType::List(Box::new(DType::Int16))))));
    types
}

fn frame(column: Column) -> Frame {
    Frame::builder().column("x", column).finish().unwrap()
}

#[test]
fn every_type_there_and_back() {
    for dtype in whitelist() {
        for nulls in [false, true] {
            let whole = column(&dtype, nulls);
            // Offsets that are no multiples of 8, one that is, and nothing.
            for (start, rows) in [(0, ROWS), (1, 13), (3, 18), (8, 9), (7, 1), (2, 0), (ROWS, 0)] {
                let part = whole.slice(start, rows);
                let there = part.to_arrow2().unwrap();
                assert_eq!(there.len(), rows, "{dtype}");
                if dtype != DType::Null {
                    assert_eq!(there.null_count(), part.null_count(), "{dtype}");
                }
                let back = Column::from_arrow2(there.as_ref()).unwrap();
                assert_eq!(back.dtype(), &dtype);
                assert_frame_eq(&frame(part.clone()), &frame(back));

                // Sliced on the other side.
                for (from, count) in
                    [(0, rows), (rows / 2, rows - rows / 2), (rows.min(3), rows.saturating_sub(5))]
                {
                    let back = Column::from_arrow2(there.sliced(from, count).as_ref()).unwrap();
                    assert_frame_eq(&frame(part.slice(from, count)), &frame(back));
                }
            }
        }
    }
}

#[test]
fn the_source_may_go_first() {
    for dtype in whitelist() {
        let there = column(&dtype, true).slice(1, 17).to_arrow2().unwrap();
        let expected = column(&dtype, true).slice(1, 17);
        let back = Column::from_arrow2(there.as_ref()).unwrap();
        drop(there);
        assert_frame_eq(&frame(expected), &frame(back));
    }
}

#[test]
fn buffers_are_shared() {
    let held = column(&DType::Int64, true).slice(3, 10);
    let address = held.array().as_primitive::<Int64Type>().values().as_ptr();
    let there = held.to_arrow2().unwrap();
    let values = there.as_any().downcast_ref::<a2::PrimitiveArray<i64>>().unwrap().values();
    assert_eq!(values.as_slice().as_ptr(), address);
    let back = Column::from_arrow2(there.as_ref()).unwrap();
    assert_eq!(back.array().as_primitive::<Int64Type>().values().as_ptr(), address);

    // Text made by arrow2 stays where it is.
    let texts =
        a2::Utf8Array::<i64>::from_slice(["a text of more than twelve bytes", "another one like that"]);
    let address = texts.values().as_ptr();
    let held = Column::from_arrow2(&texts).unwrap();
    assert_eq!(held.array().as_string_view().data_buffers()[0].as_ptr(), address);

    let lists = column(&DType::List(Box::new(DType::Float64)), false);
    let inner = lists.array().as_list::<i32>();
    let (offsets, values) = (inner.offsets().as_ptr(), inner.values().to_data().buffers()[0].as_ptr());
    let there = lists.to_arrow2().unwrap();
    let there = there.as_any().downcast_ref::<a2::ListArray<i32>>().unwrap();
    assert_eq!(there.offsets().buffer().as_slice().as_ptr(), offsets);
    let inner = there.values().as_any().downcast_ref::<a2::PrimitiveArray<f64>>().unwrap();
    assert_eq!(inner.values().as_slice().as_ptr().cast::<u8>(), values);
}

#[test]
fn arrow2s_other_types_come_in() {
    let shown = |array: &dyn a2::Array| {
        let column = Column::from_arrow2(array).unwrap();
        let values: Vec<String> =
            (0..column.len()).map(|row| Scalar::from_array(column.array(), row).to_string()).collect();
        format!("{}: {}", column.dtype(), values.join(" "))
    };
    let small = a2::Utf8Array::<i32>::from([Some("a"), None, Some("b")]);
    assert_eq!(shown(&small), "string: \"a\" null \"b\"");
    assert_eq!(shown(&small.clone().sliced(1, 2)), "string: null \"b\"");
    assert_eq!(shown(&a2::BinaryArray::<i32>::from([Some(b"a"), None])), "binary: b\"a\" null");
    let fixed = a2::FixedSizeBinaryArray::from_slice([[1u8, 2], [3, 4]]);
    assert_eq!(shown(&fixed.sliced(1, 1)), "binary: b\"\\x03\\x04\"");

    let keys = a2::PrimitiveArray::<i8>::from([Some(1), None, Some(0), Some(1)]);
    let coded = a2::DictionaryArray::try_from_keys(keys, small.clone().sliced(1, 2).boxed()).unwrap();
    assert_eq!(shown(&coded), "string: \"b\" null null \"b\"");
    let keys = a2::PrimitiveArray::<i64>::from_slice([0, 1]);
    let coded = a2::DictionaryArray::try_from_keys(keys, small.boxed()).unwrap();
    assert!(Column::from_arrow2(&coded).unwrap().is_coded());

    let time =
        a2::PrimitiveArray::<i32>::from([Some(61), None]).to(t2::DataType::Time32(t2::TimeUnit::Second));
    assert_eq!(shown(&time), "time: 00:01:01 null");
    let date = a2::PrimitiveArray::<i64>::from([Some(86_400_000)]).to(t2::DataType::Date64);
    assert_eq!(shown(&date), "timestamp[ms]: 1970-01-02T00:00:00");

    let values = a2::PrimitiveArray::<i32>::from([Some(1), None, Some(3), Some(4), Some(5), Some(6)]).boxed();
    let item = Box::new(t2::Field::new("item", t2::DataType::Int32, true));
    let fixed =
        a2::FixedSizeListArray::new(t2::DataType::FixedSizeList(item.clone(), 2), values.clone(), None);
    assert_eq!(shown(&fixed.sliced(1, 2)), "array[int32, 2]: [3, 4] [5, 6]");
    let offsets = OffsetsBuffer::try_from(vec![0i64, 2, 2, 6]).unwrap();
    let validity = Some(Bitmap::from([true, false, true]));
    let large = a2::ListArray::<i64>::new(t2::DataType::LargeList(item), offsets, values, validity);
    assert_eq!(shown(&large.sliced(1, 2)), "list[int32]: null [3, 4, 5, 6]");
}

#[test]
fn what_the_crates_read_differently_is_refused() {
    let error = |array: &dyn a2::Array| Column::from_arrow2(array).unwrap_err().kind();
    let halves = a2::new_empty_array(t2::DataType::Float16);
    assert_eq!(error(halves.as_ref()), ErrorKind::Unsupported);
    let months =
        a2::PrimitiveArray::<i32>::from_slice([1]).to(t2::DataType::Interval(t2::IntervalUnit::YearMonth));
    assert_eq!(error(&months), ErrorKind::Unsupported);
    let wide = a2::new_null_array(t2::DataType::Decimal256(50, 2), 1);
    assert_eq!(error(wide.as_ref()), ErrorKind::Unsupported);
    let named = t2::DataType::Extension("e".into(), Box::new(t2::DataType::Int64), None);
    assert_eq!(error(a2::new_null_array(named, 2).as_ref()), ErrorKind::Unsupported);

    let negative = Column::from_held(Scalar::Decimal(5, -2).to_array(&DType::Decimal(9, -2), 1).unwrap());
    assert_eq!(negative.to_arrow2().unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn frames_there_and_back() {
    let made = Frame::builder()
        .column("n", (0..100i64).collect::<Column>())
        .column("t", (0..100).map(|i| format!("text {i}")).collect::<Column>())
        .finish()
        .unwrap()
        .repartition(3)
        .unwrap();
    let (schema, chunks) = made.to_arrow2().unwrap();
    assert_eq!((chunks.len(), schema.fields.len()), (3, 2));
    assert_frame_eq(&Frame::from_arrow2(&schema, &chunks).unwrap(), &made);
    assert_frame_eq(&Frame::from_arrow2(&schema, &[]).unwrap(), &made.slice(0, 0));
    let error = Frame::from_arrow2(&schema, &[Chunk::new(vec![])]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Shape);
}

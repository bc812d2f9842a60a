//! Matrices out of frames and frames out of matrices, with buffer addresses.

use super::*;
use crate::data::Scalar;
use ::ndarray::{array, s};

fn here(count: usize, task: Task<'_>) -> Result<()> {
    (0..count).try_for_each(task)
}

/// The tasks in the opposite order and on another thread each: none may rely on its neighbours.
fn scattered(count: usize, task: Task<'_>) -> Result<()> {
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..count).rev().map(|i| scope.spawn(move || task(i))).collect();
        started.into_iter().try_for_each(|thread| thread.join().unwrap())
    })
}

fn mixed(rows: i64) -> Frame {
    Frame::builder()
        .column("i", (0..rows).collect::<Column>())
        .column("x", (0..rows).map(|i| (i % 7 != 0).then_some(i as f64 / 4.0)).collect::<Column>())
        .column("b", (0..rows).map(|i| i % 2 == 0).collect::<Column>())
        .column("s", (0..rows).map(|i| (i % 100) as i8).collect::<Column>())
        .finish()
        .unwrap()
}

#[test]
fn both_orders_hold_the_same_values() {
    let frame = mixed(100_000).repartition(7).unwrap();
    let by_rows = matrix::<f64>(&frame, MatrixOrder::RowMajor, &here).unwrap();
    let by_columns = matrix::<f64>(&frame, MatrixOrder::ColumnMajor, &scattered).unwrap();
    assert!(by_rows.is_standard_layout() && by_columns.t().is_standard_layout());
    for row in [0usize, 1, 7, 14_286, 50_000, 99_999] {
        let expected = [
            row as f64,
            if row % 7 != 0 { row as f64 / 4.0 } else { f64::NAN },
            f64::from(u8::from(row % 2 == 0)),
            (row % 100) as f64,
        ];
        for (column, expected) in expected.into_iter().enumerate() {
            for found in [by_rows[(row, column)], by_columns[(row, column)]] {
                assert!(
                    found == expected || (found.is_nan() && expected.is_nan()),
                    "{row}, {column}: {found}"
                );
            }
        }
    }
    let bits = |matrix: &Array2<f64>| matrix.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&by_rows), bits(&by_columns));
}

#[test]
fn edges() {
    let none = Frame::empty(Schema::new(vec![Field::new("x", DType::Float64)]).unwrap());
    let no_columns = Frame::new(Schema::empty(), vec![Batch::new(Vec::new(), 3).unwrap()]).unwrap();
    for order in [MatrixOrder::RowMajor, MatrixOrder::ColumnMajor] {
        assert_eq!(matrix::<f32>(&none, order, &here).unwrap().dim(), (0, 1));
        assert_eq!(matrix::<f32>(&no_columns, order, &here).unwrap().dim(), (3, 0));
    }
    assert_eq!(frame(vec![], Array2::<f64>::zeros((3, 0)), &here).unwrap().shape(), (3, 0));
    assert_eq!(frame(vec!["a".into()], Array2::<f64>::zeros((0, 1)), &here).unwrap().shape(), (0, 1));
    let wide: Vec<String> = (0..5000).map(|i| format!("c{i}")).collect();
    let made = frame(wide, Array2::<i64>::from_elem((3, 5000), 7), &scattered).unwrap();
    assert_eq!(matrix::<i64>(&made, MatrixOrder::RowMajor, &here).unwrap().sum(), 7 * 3 * 5000);
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let error = matrix::<i64>(&mixed(10), MatrixOrder::RowMajor, &here).unwrap_err();
    assert_eq!((error.column_name(), error.row_number()), (Some("x"), Some(0)), "{error}");
    assert_eq!(error.kind(), ErrorKind::Cast);

    let text = Frame::builder().column("n", [1i64]).column("t", ["1"]).finish().unwrap();
    let error = matrix::<f64>(&text, MatrixOrder::RowMajor, &here).unwrap_err();
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Type, Some("t")), "{error}");

    let large = Frame::builder().column("n", (0..1000i64).collect::<Column>()).finish().unwrap();
    let error = matrix::<u8>(&large.repartition(3).unwrap(), MatrixOrder::ColumnMajor, &here).unwrap_err();
    assert_eq!((error.column_name(), error.row_number()), (Some("n"), Some(256)), "{error}");
    let error = frame(vec!["a".into()], Array2::<f64>::zeros((1, 2)), &here).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Shape);
}

#[test]
fn a_column_is_shared_with_its_view() {
    let frame =
        Frame::builder().column("x", [1.0, 2.0, 3.0]).column("n", [None, Some(1.0), None]).finish().unwrap();
    let x = frame.column("x").unwrap().slice(1, 2);
    let view = x.as_ndarray::<f64>().unwrap();
    let address = x.chunks()[0].array().to_data().buffers()[0].as_ptr();
    assert_eq!(view.as_ptr().cast::<u8>(), address);
    assert_eq!(view, array![2.0, 3.0]);
    assert!(frame.column("n").unwrap().as_ndarray::<f64>().is_none());
    assert!(frame.column("x").unwrap().as_ndarray::<f32>().is_none());
    assert!(frame.repartition(2).unwrap().column("x").unwrap().as_ndarray::<f64>().is_none());
}

#[test]
fn owned_arrays_give_their_memory_away() {
    let vector = array![1i32, 2, 3];
    let address = vector.as_ptr();
    let made = series("v", vector).unwrap();
    assert_eq!(made.as_ndarray::<i32>().unwrap().as_ptr(), address);
    assert_eq!(made.dtype(), &DType::Int32);
    // Part of a vector, and every other value.
    let made = series("v", array![1i32, 2, 3, 4].slice_move(s![1..3])).unwrap();
    assert_eq!(made.as_ndarray::<i32>().unwrap(), array![2, 3]);
    let made = series("v", array![1i32, 2, 3, 4].slice_move(s![..;-2])).unwrap();
    assert_eq!(made.as_ndarray::<i32>().unwrap(), array![4, 2]);

    let matrix = Array2::from_shape_vec((3, 2).f(), vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    let (address, expected) = (matrix.as_ptr(), matrix.clone());
    let made = frame(vec!["a".into(), "b".into()], matrix, &here).unwrap();
    assert_eq!(made.column("b").unwrap().get(0).unwrap(), Scalar::Float(4.0));
    // And back, without a copy.
    let view = made.as_ndarray::<f64>().unwrap();
    assert_eq!((view.as_ptr(), view), (address, expected.view()));
    assert!(made.as_ndarray::<i64>().is_none());
    assert!(made.repartition(2).unwrap().as_ndarray::<f64>().is_none());
    assert!(mixed(3).as_ndarray::<f64>().is_none());
    let apart = Frame::builder().column("a", [1.0]).column("b", [2.0]).finish().unwrap();
    assert!(apart.as_ndarray::<f64>().is_none());
}

#[test]
fn other_layouts_are_copied() {
    let matrix = array![[1, 2, 3], [4, 5, 6], [7, 8, 9]];
    let names = || vec!["a".to_owned(), "b".to_owned()];
    let part = matrix.slice(s![..;-1, ..;2]).to_owned();
    for matrix in [part, matrix.slice_move(s![..;-1, ..;2])] {
        let made = frame(names(), matrix, &scattered).unwrap();
        assert_eq!(
            made.to_string(),
            "    a │     b\nint32 │ int32\n──────┼──────\n    7 │     9\n    4 │     6\n    1 │     3\n3 rows × 2 columns"
        );
    }
    let large = Array2::from_shape_fn((10_000, 5), |(row, column)| (row * 10 + column) as i64);
    let names = (0..5).map(|i| i.to_string()).collect();
    let made = frame(names, large.clone(), &scattered).unwrap();
    assert_eq!(super::matrix::<i64>(&made, MatrixOrder::RowMajor, &here).unwrap(), large);
    assert_eq!(vector::<f64>(&made.column("4").unwrap(), &here).unwrap()[9_999], 99_994.0);
}

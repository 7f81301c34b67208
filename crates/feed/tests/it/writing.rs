//! Writing a feed and reading it back.

use comptoir_feed::{FeedMetadata, FileForm, Product, read_path, write_feed};

use crate::support::read;

#[test]
fn what_is_written_reads_back_equal_in_both_forms() {
    let (products, _) = read(
        "x.csv",
        "id,title,price,description,image_link\n1,One,5 EUR,Text,https://a.example/1.jpg\n2,Two,7 EUR,Text,\n",
    );
    let metadata = FeedMetadata::new("feed_test".parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    for form in [FileForm::Plain, FileForm::Gzip, FileForm::Plain] {
        let count = write_feed(folder.path(), &metadata, products.clone(), form).unwrap();
        assert_eq!(count, 2);
        let mut reader = read_path(folder.path()).unwrap();
        let read_back: Vec<Product> = (&mut reader).map(Result::unwrap).collect();
        assert_eq!(read_back, products);
        assert_eq!(reader.metadata(), Some(&metadata));
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 2, "no leftovers of the other form");
    }
}

#[test]
fn a_failed_writing_leaves_the_old_feed_alone() {
    let (products, _) = read("x.csv", "id,title,price\n1,One,5 EUR\n");
    let metadata = FeedMetadata::new("feed_test".parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    write_feed(folder.path(), &metadata, products.clone(), FileForm::Plain).unwrap();
    // A folder where the new file should be begun makes the writing fail at its start.
    std::fs::create_dir(folder.path().join("products.jsonl.unfinished")).unwrap();
    assert!(write_feed(folder.path(), &metadata, Vec::new(), FileForm::Plain).is_err());
    assert_eq!(read_path(folder.path()).unwrap().count(), 1);
}
